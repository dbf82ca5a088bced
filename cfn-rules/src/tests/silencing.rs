//! What is suppressed, by whom, and what is wrong with asking for it.

use serde_json::{Value, json};

use super::document;
use crate::{Options, Validate as _, validate_document};
use cfn_model::{Report, Resource, Template};

fn report(template: Value) -> Report {
    validate_document(&document(template), &Options::default())
}

/// A queue with a delay that is too long (`E3034`) and an unknown property (`E3002`), and another with such a delay.
fn queues(metadata: Value, of_jobs: Value) -> Value {
    json!({
        "Metadata": metadata,
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "Metadata": of_jobs,
                "Properties": {"MaximumMessageSize": 100, "Colour": "red"},
            },
            "Mails": {"Type": "AWS::SQS::Queue", "Properties": {"MaximumMessageSize": 101}},
        },
    })
}

/// The template with these metadata has these findings, and silences these.
#[track_caller]
fn check_silenced(metadata: Value, of_jobs: Value, findings: &[(&str, &str)], suppressed: &[(&str, Option<&str>)]) {
    let report = report(queues(metadata, of_jobs));
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    let findings: Vec<_> = findings.iter().map(|(code, path)| (*code, (*path).to_owned())).collect();
    assert_eq!(found, findings);
    let found: Vec<_> = report
        .suppressed
        .into_iter()
        .map(|suppressed| {
            (suppressed.finding.path.to_string() + ": " + suppressed.finding.rule.code, suppressed.reason)
        })
        .collect();
    let suppressed: Vec<_> =
        suppressed.iter().map(|(text, reason)| ((*text).to_owned(), reason.map(str::to_owned))).collect();
    assert_eq!(found, suppressed);
}

const COLOUR: (&str, &str) = ("E3002", "Resources/Jobs/Properties/Colour");
const DELAY: (&str, &str) = ("E3034", "Resources/Jobs/Properties/MaximumMessageSize");
const MAILS: (&str, &str) = ("E3034", "Resources/Mails/Properties/MaximumMessageSize");

#[test]
fn nothing_is_silenced_unasked() {
    check_silenced(json!({}), json!({}), &[DELAY, COLOUR, MAILS], &[]);
}

#[test]
fn cfn_lints_metadata_are_read_as_cfn_lint_reads_them() {
    let ignore = |codes: Value| json!({"cfn-lint": {"config": {"ignore_checks": codes}}});
    let delays = [
        ("Resources/Jobs/Properties/MaximumMessageSize: E3034", None),
        ("Resources/Mails/Properties/MaximumMessageSize: E3034", None),
    ];
    // For a template the beginning of a code will do, for a resource it will not.
    check_silenced(ignore(json!(["E303"])), json!({}), &[COLOUR], &delays);
    check_silenced(json!({}), ignore(json!(["E303"])), &[DELAY, COLOUR, MAILS], &[]);
    check_silenced(json!({}), ignore(json!(["E3034"])), &[COLOUR, MAILS], &delays[..1]);
    // Of what cfn-lint knows and we do not, and of what is not there, nothing is said; what is no list of texts silences
    // nothing.
    let wrong = |path: &'static str| ("W4005", path);
    check_silenced(ignore(json!(["E9999", "W2001", ""])), json!({}), &[DELAY, COLOUR, MAILS], &[]);
    let seven = wrong("Metadata/cfn-lint/config/ignore_checks/0");
    check_silenced(ignore(json!([7])), json!({}), &[seven, DELAY, COLOUR, MAILS], &[]);
    let no_list = wrong("Metadata/cfn-lint/config/ignore_checks");
    let settings = json!({"cfn-lint": "E3034"});
    check_silenced(ignore(json!("E3034")), settings, &[no_list, DELAY, COLOUR, MAILS], &[]);
}

#[test]
fn our_metadata_want_a_reason() {
    let ignore = |codes: Value| json!({"cfn-validate": {"ignore": codes}});
    let delays = [
        ("Resources/Jobs/Properties/MaximumMessageSize: E3034", Some("tried")),
        ("Resources/Mails/Properties/MaximumMessageSize: E3034", Some("tried")),
    ];
    check_silenced(ignore(json!({"E3034": "tried"})), json!({}), &[COLOUR], &delays);
    check_silenced(json!({}), ignore(json!({"E3034": "tried"})), &[COLOUR, MAILS], &delays[..1]);
    for none in [json!(""), json!("  "), json!(7), json!(["tried"])] {
        let findings = [("AL0201", "Resources/Jobs/Metadata/cfn-validate/ignore/E3034"), DELAY, COLOUR, MAILS];
        check_silenced(json!({}), ignore(json!({"E3034": none})), &findings, &[]);
    }
}

#[test]
fn a_silencing_that_is_of_no_use_is_a_finding() {
    let ignore = |codes: Value| json!({"cfn-validate": {"ignore": codes}});
    let check_jobs = |metadata: Value, code: &str, path: &str| {
        let path = format!("Resources/Jobs/Metadata/{path}");
        check_silenced(json!({}), metadata, &[(code, &path), DELAY, COLOUR, MAILS], &[]);
    };
    check_jobs(ignore(json!({"E3030": "tried"})), "AL0203", "cfn-validate/ignore/E3030");
    check_jobs(ignore(json!({"E303": "tried"})), "AL0202", "cfn-validate/ignore/E303");
    check_jobs(ignore(json!(["E3034"])), "AL0201", "cfn-validate/ignore");
    check_jobs(json!({"cfn-validate": {"ignored": {}}}), "AL0201", "cfn-validate/ignored");
    check_jobs(json!({"cfn-validate": "E3034"}), "AL0201", "cfn-validate");
    // Two that cover the same finding are both of use.
    let tried = [("Resources/Jobs/Properties/Colour: E3002", Some("here"))];
    check_silenced(ignore(json!({"E3002": "all"})), ignore(json!({"E3002": "here"})), &[DELAY, MAILS], &tried);
}

#[test]
fn the_causes_of_a_finding_are_silenced_as_well() {
    let template = |metadata: Value| {
        json!({"Metadata": metadata, "Transform": cfn_model::SERVERLESS_TRANSFORM, "Resources": {"F": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Events": {"E": {"Type": "SQS", "Properties": {"BatchSize": 10}}}},
        }}})
    };
    let event = |template: Value| {
        let findings = report(template).findings;
        findings.into_iter().find(|finding| finding.rule.code == "E3017").expect("no event is like this")
    };
    let loud = event(template(json!({})));
    let cause = loud.causes.first().expect("each kind of event says what it lacks").rule.code;
    let quiet = event(template(json!({"cfn-lint": {"config": {"ignore_checks": [cause]}}})));
    assert_eq!((loud.rule, &loud.path), (quiet.rule, &quiet.path));
    assert!(quiet.with_causes().all(|inner| inner.rule.code != cause));
}

#[test]
fn rust_silences_without_a_trace_in_the_template() {
    let mut template = Template::new();
    let jobs = template.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({"MaximumMessageSize": 100})));
    let mails = template.add("Mails", Resource::raw("AWS::SQS::Queue", json!({"MaximumMessageSize": 101})));
    let before = template.to_json();
    template.ignore(&jobs, "E3034", "tried");
    template.ignore(&mails, "E3034", " ");
    template.ignore(&mails, "E3033", "tried");
    template.ignore("Nobody", "E3034", "tried");
    template.ignore_everywhere("E3305", "tried");
    assert_eq!(template.to_json(), before);
    let report = template.validate();
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    let at = |code, path: &str| (code, path.to_owned());
    assert_eq!(
        found,
        [
            at("AL0202", ""),
            at("AL0201", "Resources/Mails"),
            at("AL0203", "Resources/Mails"),
            at("E3034", "Resources/Mails/Properties/MaximumMessageSize"),
            at("AL0203", "Resources/Nobody"),
        ]
    );
    assert!(report.findings.iter().all(|finding| finding.origin.is_some_and(|origin| origin.file == file!())));
    let suppressed = &report.suppressed[0];
    assert_eq!(
        (suppressed.finding.path.to_string(), suppressed.reason.as_deref()),
        (DELAY.1.to_owned(), Some("tried"))
    );
    assert!(suppressed.finding.origin.is_some());
}

#[test]
fn what_a_construct_reported_can_be_silenced() {
    let mut template = Template::new();
    template.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({})));
    template.override_property("Nobody", "MaximumMessageSize", 1);
    assert_eq!(template.validate().findings[0].rule.code, "AL0003");
    template.ignore("Nobody", "AL0003", "tried");
    let report = template.validate();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(report.suppressed.len(), 1);
}
