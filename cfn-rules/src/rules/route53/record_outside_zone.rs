//! DNS records outside of their hosted zone.

use crate::{
    facts::{text::is_within_domain, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// `HostedZoneName` ends with a dot, and the name of the record is the name of the zone or a name below it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::RecordSet
    ///     Properties:
    ///       HostedZoneName: example.com.
    ///       Name: www.example.org.
    ///       Type: A
    ///       TTL: '300'
    ///       ResourceRecords:
    ///         - 192.0.2.1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::RecordSet
    ///     Properties:
    ///       HostedZoneName: example.com.
    ///       Name: www.example.com.
    ///       Type: A
    ///       TTL: '300'
    ///       ResourceRecords:
    ///         - 192.0.2.1
    /// ```
    E3041: error "DNS record outside of its hosted zone",
    on: On::Resource(&["AWS::Route53::RecordSet"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for zone in look.get("HostedZoneName") {
        let Some(parent) = zone.text() else { continue };
        if !parent.ends_with('.') {
            let message = format!("`HostedZoneName` must end with a dot, got `{parent}`");
            report.at(look.path(&[Step::Key("HostedZoneName")]), message);
        }
        for name in look.under(&zone, "Name") {
            let Some(name) = name.text() else { continue };
            let dotless = |text: &str| text.strip_suffix('.').unwrap_or(text).to_owned();
            if !is_within_domain(&dotless(name), &dotless(parent)) {
                let message = format!("`Name` must be in the zone `{parent}`, got `{name}`");
                report.at(look.path(&[Step::Key("Name")]), message);
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
        let record = |zone: &str, name: &str| {
            format!(
                "Resources: {{R: {{Type: AWS::Route53::RecordSet, Properties: {{HostedZoneName: {zone}, Name: {name}, Type: A, TTL: '60', ResourceRecords: [10.0.0.1]}}}}}}\n"
            )
        };
        check(&RULE, &record("example.com.", "a.example.com"), &[]);
        check(&RULE, &record("example.com.", "example.com."), &[]);
        let message = "`HostedZoneName` must end with a dot, got `example.com`";
        check(&RULE, &record("example.com", "a.example.com"), &[("Resources/R/Properties/HostedZoneName", message)]);
        let message = "`Name` must be in the zone `example.com.`, got `a.example.org`";
        check(&RULE, &record("example.com.", "a.example.org"), &[("Resources/R/Properties/Name", message)]);
    }
}
