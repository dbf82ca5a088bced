//! Detectors with both ways of saying what they look at.

use crate::rules::{
    definition::{On, Reporter},
    values::{Look, property},
};

rule! {
    /// `Features` replaced `DataSources`. GuardDuty refuses a detector with both.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::GuardDuty::Detector
    ///     Properties:
    ///       Enable: true
    ///       DataSources:
    ///         S3Logs:
    ///           Enable: true
    ///       Features:
    ///         - Name: S3_DATA_EVENTS
    ///           Status: ENABLED
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::GuardDuty::Detector
    ///     Properties:
    ///       Enable: true
    ///       Features:
    ///         - Name: S3_DATA_EVENTS
    ///           Status: ENABLED
    /// ```
    E3063: error "GuardDuty detector with both data sources and features",
    on: On::Resource(&["AWS::GuardDuty::Detector"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    if property(&look.root, "DataSources").is_some() && property(&look.root, "Features").is_some() {
        report.at(look.path(&[]), "`DataSources` must not be together with `Features`").help("keep `Features`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let detector = |features: &str| {
            format!(
                "Resources: {{D: {{Type: AWS::GuardDuty::Detector, Properties: {{Enable: true, DataSources: {{}}{features}}}}}}}\n"
            )
        };
        let message = "`DataSources` must not be together with `Features`";
        check(&RULE, &detector(", Features: []"), &[("Resources/D/Properties", message)]);
        check(&RULE, &detector(""), &[]);
    }
}
