//! Backups that leave cold storage too early.

use cfn_model::{Node, Number};

use crate::rules::{
    definition::{On, Reporter},
    values::{Look, property, with},
};

rule! {
    /// A backup that has moved to cold storage must stay there for at least 90 days.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Backup::BackupPlan
    ///     Properties:
    ///       BackupPlan:
    ///         BackupPlanName: daily
    ///         BackupPlanRule:
    ///           - RuleName: daily
    ///             TargetBackupVault: vault
    ///             Lifecycle:
    ///               MoveToColdStorageAfterDays: 30
    ///               DeleteAfterDays: 60
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Backup::BackupPlan
    ///     Properties:
    ///       BackupPlan:
    ///         BackupPlanName: daily
    ///         BackupPlanRule:
    ///           - RuleName: daily
    ///             TargetBackupVault: vault
    ///             Lifecycle:
    ///               MoveToColdStorageAfterDays: 30
    ///               DeleteAfterDays: 120
    /// ```
    E3504: error "backup that leaves cold storage before 90 days",
    on: On::Resource(&["AWS::Backup::BackupPlan"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for path in ["BackupPlan/BackupPlanRule/*/Lifecycle", "BackupPlan/BackupPlanRule/*/CopyActions/*/Lifecycle"] {
        for lifecycle in look.get(path) {
            let days = |name| match property(&lifecycle, name) {
                Some(Node::Number(Number::Int(days))) => Some(*days),
                _ => None,
            };
            if let (Some(delete), Some(cold)) = (days("DeleteAfterDays"), days("MoveToColdStorageAfterDays"))
                && delete.saturating_sub(cold) < 90
            {
                let message = format!("`DeleteAfterDays` must be at least 90 days after {cold}, got {delete}");
                report.at(look.path(&with(&lifecycle, "DeleteAfterDays")), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let plan = |delete: u32| {
            format!(
                "Resources:\n  Plan:\n    Type: AWS::Backup::BackupPlan\n    Properties:\n      BackupPlan:\n        \
                 BackupPlanName: daily\n        BackupPlanRule:\n        - RuleName: daily\n          \
                 TargetBackupVault: vault\n          Lifecycle: {{MoveToColdStorageAfterDays: 30, DeleteAfterDays: {delete}}}\n"
            )
        };
        let place = "Resources/Plan/Properties/BackupPlan/BackupPlanRule/0/Lifecycle/DeleteAfterDays";
        check(&RULE, &plan(119), &[(place, "`DeleteAfterDays` must be at least 90 days after 30, got 119")]);
        check(&RULE, &plan(120), &[]);
    }
}
