//! The size of a template.

use cfn_model::{Finding, Object, Path};

use crate::rules::definition::{On, Reporter};

rule! {
    /// CloudFormation accepts a template of at most 1,000,000 bytes, and such a large one only from S3. White space
    /// counts: the same template can be accepted as compact JSON and refused as YAML.
    ///
    /// ## Mistake
    ///
    /// A template of 1,000,001 bytes.
    ///
    /// ## Fix
    ///
    /// Split the stack, or move parts of it into nested stacks.
    E1002: error "template is too large",
    on: On::Text(check),
}

/// The quota "template body size, Amazon S3 object", which is how `sam deploy` and `aws cloudformation deploy` send a
/// large template.
const MOST: usize = 1_000_000;

fn check(text: &str, _: &Object, report: &mut Reporter<'_>) {
    if let Some(finding) = check_size(text.len()) {
        report.at(finding.path, finding.message).help_if(finding.help);
    }
}

/// The finding about a template whose text has this many bytes, if that is more than CloudFormation's quota of 1 MB.
/// White space counts, because CloudFormation counts the text that it receives.
pub fn check_size(bytes: usize) -> Option<Finding> {
    let help = "split the stack, or move parts of it into nested stacks";
    let message = format!("the template must have at most {MOST} bytes, got {bytes}");
    (bytes > MOST).then(|| Finding::new(&RULE.rule, Path::default(), message).help(help.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{MOST, RULE};
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |size: usize| {
            let start = "Resources: {}\n#";
            format!("{start}{}", " ".repeat(size - start.len()))
        };
        check(&RULE, &template(MOST), &[]);
        check(&RULE, &template(MOST + 1), &[("", "the template must have at most 1000000 bytes, got 1000001")]);
    }
}
