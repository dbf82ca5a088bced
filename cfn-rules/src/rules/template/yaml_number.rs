//! Numbers that YAML reads in another base than they seem to have.

use cfn_model::{
    Node, Object,
    text::{self, Limits},
};

use crate::{
    facts::text::shortened,
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation reads YAML 1.1, in which a number with a leading zero has base 8 and one with colons has base 60, as
    /// long as it has no quotes. An account id becomes another number, a time a count of seconds, and a file mode a number
    /// that is no mode any more.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Account:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value: 020222070707
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Account:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value: "020222070707"
    /// ```
    AL0308: warning "number of base 8 or 60 in YAML",
    on: On::Text(check),
}

fn check(text: &str, _: &Object, report: &mut Reporter<'_>) {
    for (path, written) in text::other_bases(text) {
        let written = shortened(&written);
        let base = if written.contains(':') { 60 } else { 8 };
        let value = match text::parse(&written, &Limits::default()).map(|document| document.node) {
            Ok(Node::Number(number)) => number.to_string(),
            _ => "another number".to_owned(),
        };
        report
            .at(path, format!("`{written}` without quotes is a number of base {base} in YAML: {value}"))
            .actual(value)
            .help(format!("write `\"{written}\"`; where the number is meant, write it in base 10"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = "Parameters: {Target: {Type: String, Default: 020222070707}}\n\
                        Mappings: {Zones: {eu-west-1: {Id: 0755, Start: 12:30:00}}}\n\
                        Resources:\n  R: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: 0640}}\n";
        check(
            &RULE,
            template,
            &[
                (
                    "Parameters/Target/Default",
                    "`020222070707` without quotes is a number of base 8 in YAML: 2185785799",
                ),
                ("Mappings/Zones/eu-west-1/Id", "`0755` without quotes is a number of base 8 in YAML: 493"),
                ("Mappings/Zones/eu-west-1/Start", "`12:30:00` without quotes is a number of base 60 in YAML: 45000"),
                ("Resources/R/Properties/Value", "`0640` without quotes is a number of base 8 in YAML: 416"),
            ],
        );
        check(&RULE, "Resources: {}\nDescription: '0755'\nMetadata: {A: 755, B: !Sub 0755, C: 09}\n", &[]);
    }
}
