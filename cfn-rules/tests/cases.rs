//! Whole templates, each for a kind of mistake that was missed once, or of valid input that was refused.

use cfn_model::Template;
use cfn_rules::{Options, check_text, validate};
use pretty_assertions::assert_eq;

fn read(text: &str) -> Template {
    Template::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Compares findings with code, place and message; an expected one without a message is compared by code and place.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_with(text, &Options::default(), expected);
}

/// [`check`] where some files are there.
#[track_caller]
fn check_with(text: &str, options: &Options<'_>, expected: &[&str]) {
    let template = read(text);
    assert_eq!(read(&template.to_yaml()), template);
    assert_eq!(read(&template.to_json()), template);
    let mut findings = validate(&template, options).findings;
    findings.extend(check_text(text, template.document()));
    let found: Vec<String> =
        findings.iter().map(|finding| format!("{} {}: {}", finding.rule.code, finding.path, finding.message)).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        let place = found.split(": ").next().unwrap_or_default();
        assert_eq!(if expected.contains(": ") { found } else { place }, *expected);
    }
}

#[test]
fn valid_input_is_read_and_accepted() {
    check(include_str!("cases/hooks.yaml"), &[]);
    check(
        include_str!("cases/third_party_type.yaml"),
        &["AL0306 Resources/Priv/Type: `MongoDB::Atlas::Cluster` is not a type of AWS, and nothing in it is checked"],
    );
    let integer = include_str!("cases/integer_beyond_i64.yaml");
    check(integer, &[]);
    assert!(read(integer).to_yaml().contains("Default: 123456789012345678901234567890\n"));
    check(include_str!("cases/appstream_update_policy.yaml"), &[]);
    check(include_str!("cases/find_in_map_or_doc.yaml"), &[]);
    check(
        include_str!("cases/flow_closing_bracket.yaml"),
        &["AL1021 Resources/Role/Properties/PolicyDocument/Statement/0/Resource"],
    );
}

#[test]
fn numbers_of_yaml_1_1() {
    check(
        include_str!("cases/octal.yaml"),
        &[
            "AL0308 Parameters/Target/Default: `020222070707` without quotes is a number of base 8 in YAML: 2185785799",
            "AL0308 Mappings/Zones/eu-west-1/Id: `0755` without quotes is a number of base 8 in YAML: 493",
            "AL0308 Mappings/Zones/eu-west-1/Start: `12:30:00` without quotes is a number of base 60 in YAML: 45000",
            "AL0308 Resources/R/Properties/Value: `0640` without quotes is a number of base 8 in YAML: 416",
        ],
    );
}

#[test]
fn custom_resources_are_called_by_their_own_name() {
    check(
        include_str!("cases/custom_type_name.yaml"),
        &["E3003 Resources/A/Properties: Custom::X needs the property `ServiceToken`"],
    );
}

#[test]
fn macros_inside_of_sections() {
    check(include_str!("cases/summary_no_type.yaml"), &[]);
}

#[test]
fn code_is_where_the_template_says() {
    let exists = |path: &str| ["src/", "src/one.py", "src/run.sh"].contains(&path);
    let options = Options { exists: Some(&exists), ..Options::default() };
    check_with(include_str!("cases/al1018_single_file.yaml"), &options, &[]);
    check_with(include_str!("cases/al1018_web_adapter.yaml"), &options, &[]);
    let message = "Resources/F/Properties/CodeUri: `F`: its code must be there, got `target/app-1.0.jar`, which is not";
    let output = include_str!("cases/al1018_build_output.yaml");
    check_with(output, &options, &[&format!("AL1043 {message}")]);
    check_with(output, &Options { packaged: true, ..options }, &[&format!("AL1018 {message}")]);
}

#[test]
fn flows_that_are_right() {
    check(include_str!("cases/al1015_consumer_by_hand.yaml"), &[]);
    check(include_str!("cases/al1019_stream_in_definition_body.yaml"), &[]);
    check(include_str!("cases/al1021_account_level_action.yaml"), &[]);
}

#[test]
fn one_finding_for_one_mistake() {
    check(
        include_str!("cases/al_and_e.yaml"),
        &[
            "AL1009 Resources/A/Properties/RedrivePolicy/deadLetterTargetArn",
            "AL1006 Resources/D",
            "AL1027 Resources/F/Properties/Environment/Variables/AWS_REGION",
        ],
    );
    check(
        include_str!("cases/al1029_repeats.yaml"),
        &[
            "AL1029 Resources/Pipe/Properties/Name: `Pipe`: a change of `Source` or `SourceParameters` would replace it, which \
           fails while its name is fixed, got `Name: my-pipe`",
        ],
    );
}

#[test]
fn the_states_language() {
    check(include_str!("cases/e3601_map_max_concurrency.yaml"), &[]);
    check(
        include_str!("cases/e3601_literal_path.yaml"),
        &[
            "E3601 Resources/SM/Properties/Definition/States/A/Parameters/x.$: `x.$` must be a path or an intrinsic function, \
           got \"literal text\"",
        ],
    );
}

#[test]
fn deprecated_engine_versions() {
    check(
        include_str!("cases/w3691_deprecated_engine.yaml"),
        &[
            "W2001 Parameters/Password",
            "W3691 Resources/Db/Properties/EngineVersion: `EngineVersion` must not be \"8.0.36\" with `Engine` \"mysql\"",
        ],
    );
}
