//! Schemas and regions that files are checked against.

use cfn_validate::cli::Exit;

use crate::{folder, run_in};

const MAILBOX: &str = r##"{
  "typeName": "My::Org::Mailbox",
  "definitions": {"Rule": {"properties": {"Match": {"type": "string", "pattern": "^[a-z]+$"}}}},
  "properties": {
    "Size": {"type": "integer", "maximum": 10},
    "Rule": {"$ref": "#/definitions/Rule"}
  },
  "additionalProperties": false
}
"##;
const TEMPLATE: &str = "\
Resources:
  Inbox: {Type: My::Org::Mailbox, Properties: {Size: 11, Rule: {Match: A}}}
  Farm: {Type: AWS::DeviceFarm::Project, Properties: {Name: farm}}
";

#[test]
fn types_of_schema_files_and_regions_count() {
    let settings = "schemas: [types/mailbox.json]\nregions: [us-west-2]\n";
    let other = MAILBOX.replace("10", "20");
    let files = [
        ("t.yaml", TEMPLATE),
        ("types/mailbox.json", MAILBOX),
        ("other.json", &other),
        ("sub/.cfn-validate.yaml", "schemas: [../types/mailbox.json]\nregions: [us-west-2]\n"),
        ("sub/t.yaml", TEMPLATE),
        ("settings.yaml", settings),
    ];
    let folder = folder("given", &files);
    let check = |arguments: &[&str], expected: &[&str]| {
        let run = run_in(&folder, &[&["t.yaml", "--format", "json"], arguments].concat(), "");
        let object = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let message = |line: &str| object(line)["message"].as_str().unwrap_or_default().to_owned();
        let messages: Vec<String> = run.out.lines().map(message).collect();
        assert_eq!(messages, expected, "{arguments:?} {run}");
    };
    let size = "`Size` must be at most 10, got 11";
    let name = "`Match` must match `^[a-z]+$`, got \"A\"";
    check(&["--region", "us-west-2"], &[]);
    check(&["--region", "us-west-2", "--schema", "types/mailbox.json"], &[size, name]);
    check(&["--config", "settings.yaml"], &[size, name]);
    check(
        &["--region", "us-west-2", "--schema", "types/mailbox.json", "--schema", "types/mailbox.json"],
        &[size, name],
    );
    // The command line counts over the settings.
    check(&["--config", "settings.yaml", "--schema", "other.json"], &[name]);
    let nowhere = "`AWS::DeviceFarm::Project` does not exist in `eu-west-1` and `eu-west-2`";
    check(&["--config", "settings.yaml", "--regions", "eu-west-1,eu-west-2"], &[size, name, nowhere]);
    let run = run_in(&folder.join("sub"), &["t.yaml"], "");
    assert_eq!((run.exit, run.err.as_str()), (Exit::Findings, "2 errors in t.yaml\n"), "{run}");
}

#[test]
fn what_is_wrong_with_a_schema_has_its_line() {
    let pattern = MAILBOX.replace("^[a-z]+$", "^[a-z+$");
    let other = MAILBOX.replace("10", "20");
    let keyword = MAILBOX.replace("maximum", "maximun");
    let files = [
        ("t.yaml", TEMPLATE),
        ("pattern.json", pattern.as_str()),
        ("keyword.json", keyword.as_str()),
        ("mailbox.json", MAILBOX),
        ("other.json", other.as_str()),
        ("half.json", "{\n  \"typeName\": \"My::Org::Thing\",\n"),
        ("settings.yaml", "regions: [eu-wst-1]\nschemas: mailbox.json\n"),
    ];
    let folder = folder("given-wrong", &files);
    let check = |arguments: &[&str], expected: &[&str]| {
        let run = run_in(&folder, &[&["t.yaml"], arguments].concat(), "");
        assert_eq!(run.exit, Exit::Failed, "{run}");
        expected.iter().for_each(|text| assert!(run.err.contains(text), "{text}: {run}"));
    };
    check(
        &["--schema", "pattern.json", "--schema", "keyword.json", "--schema", "half.json", "--schema", "none.json"],
        &[
            "error: `definitions/Rule/properties/Match/pattern` must be a regular expression; ",
            " --> pattern.json:3:82\n",
            "error: `properties/Size/maximun` is no keyword of a schema that is known\n --> keyword.json:5:33\n",
            "= help: did you mean `maximum`?\n",
            "error: the schema of a resource type must be JSON: ",
            " --> half.json:",
            "error: none.json: no such file or directory\n",
        ],
    );
    check(
        &["--schema", "mailbox.json", "--schema", "other.json"],
        &[
            "error: the schema of a resource type must be the only one of `My::Org::Mailbox`, another one was given before\n",
            " --> other.json:1:1\n",
            "= help: remove one of the two\n",
        ],
    );
    check(&["--schema", "t.yaml"], &["error: the schema of a resource type must have a `typeName`"]);
    check(&["--region", "eu-wst-1"], &["error: `--region`: `eu-wst-1` is not a region\n", "did you mean `eu-west-1`?"]);
    check(
        &["--config", "settings.yaml"],
        &["`eu-wst-1` is not a region\n --> settings.yaml:1:11\n", "`schemas`: must be a list of texts, got string"],
    );
}
