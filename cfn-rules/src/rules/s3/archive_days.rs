//! Days after which objects move to an archive tier.

use crate::{
    facts::values::Value,
    rules::{
        definition::{On, Reporter},
        values::{Look, with},
    },
};

rule! {
    /// S3 Intelligent-Tiering moves objects to the tier `ARCHIVE_ACCESS` after 90 to 730 days, and to
    /// `DEEP_ARCHIVE_ACCESS` after 180 to 730 days.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       IntelligentTieringConfigurations:
    ///         - Id: old
    ///           Status: Enabled
    ///           Tierings:
    ///             - AccessTier: ARCHIVE_ACCESS
    ///               Days: 30
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       IntelligentTieringConfigurations:
    ///         - Id: old
    ///           Status: Enabled
    ///           Tierings:
    ///             - AccessTier: ARCHIVE_ACCESS
    ///               Days: 90
    /// ```
    E3061: error "number of days that an archive tier does not support",
    on: On::Resource(&["AWS::S3::Bucket"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for tiering in look.get("IntelligentTieringConfigurations/*/Tierings/*") {
        for tier in look.below(&tiering, "AccessTier") {
            let least = match tier.text() {
                Some("ARCHIVE_ACCESS") => 90.0,
                Some("DEEP_ARCHIVE_ACCESS") => 180.0,
                _ => continue,
            };
            let from = Value { facts: tier.facts.clone(), ..tiering.clone() };
            for days in look.below(&from, "Days").iter().filter_map(Value::number) {
                if !(least..=730.0).contains(&days) {
                    let message = format!("`Days` must be from {least} to 730 here, got {days}");
                    report.at(look.path(&with(&tiering, "Days")), message);
                }
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
        let bucket = |tier: &str, days: u32| {
            format!(
                "Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{IntelligentTieringConfigurations: [{{Id: a, Status: Enabled, Tierings: [{{AccessTier: {tier}, Days: {days}}}]}}]}}}}}}\n"
            )
        };
        let place = "Resources/B/Properties/IntelligentTieringConfigurations/0/Tierings/0/Days";
        check(&RULE, &bucket("ARCHIVE_ACCESS", 89), &[(place, "`Days` must be from 90 to 730 here, got 89")]);
        check(&RULE, &bucket("ARCHIVE_ACCESS", 90), &[]);
        check(&RULE, &bucket("DEEP_ARCHIVE_ACCESS", 90), &[(place, "`Days` must be from 180 to 730 here, got 90")]);
        check(&RULE, &bucket("DEEP_ARCHIVE_ACCESS", 731), &[(place, "`Days` must be from 180 to 730 here, got 731")]);
    }
}
