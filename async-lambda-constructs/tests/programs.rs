//! Programs of several stacks: references, tags, visits, checks.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

use async_lambda_constructs::{Synthesized, encrypt_at_rest, log_retention, permissions_boundary, prelude::*};
use cfn_model::{Finding, Path, Rule};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

fn document(stack: &Synthesized) -> Json {
    serde_json::from_str(&stack.template.to_json()).unwrap()
}

/// Code and message of what is found about each stack.
fn findings(stacks: &[Synthesized]) -> Vec<(String, String)> {
    let all = stacks.iter().flat_map(|stack| &stack.report.findings);
    all.map(|finding| (finding.rule.code.to_owned(), finding.message.clone())).collect()
}

fn table(stack: &mut Stack) -> Value<String> {
    stack.add("Jobs", ManagedQueue::new()).arn()
}

/// A resource with a value.
fn keep(stack: &mut Stack, id: &str, value: Value<String>) {
    stack.add(id, Resource::raw("AWS::SSM::Parameter", json!({"Type": "String", "Value": value})));
}

#[test]
fn a_value_goes_from_one_stack_to_another_in_three_ways() {
    let mut data = Stack::new("data");
    let arn = table(&mut data);
    let strong = data.export("JobsArn", arn.clone());
    let weak = data.export_by(Sharing::Parameter, "Weak", arn.clone());
    let far = data.export_by(Sharing::Output, "Far", arn);
    let count = data.export("Count", Value::from(3_i64));
    let zones = data.export("Zones", get_azs(""));

    let mut service = Stack::new("service");
    for (id, value) in [("A", service.import(&strong)), ("B", service.import(&weak)), ("C", service.import(&far))] {
        keep(&mut service, id, value);
    }
    let delay = service.import(&count);
    service.add("Queue", sqs::Queue::new().delay_seconds(delay));
    let zones = service.import(&zones);
    keep(&mut service, "Zone", select(0, zones));

    let stacks = Program::new().stack(data).stack(service).synthesize().unwrap();
    assert_eq!(findings(&stacks), []);
    let get_att = json!({"Fn::GetAtt": ["Jobs", "Arn"]});
    let data = document(&stacks[0]);
    assert_eq!(data["Outputs"]["JobsArn"], json!({"Value": get_att, "Export": {"Name": "data-JobsArn"}}));
    assert_eq!(data["Outputs"]["Far"], json!({"Value": get_att}));
    assert_eq!(data["Outputs"]["Count"]["Value"], "3");
    assert_eq!(data["Outputs"]["Zones"]["Value"], json!({"Fn::Join": [",", {"Fn::GetAZs": ""}]}));
    let parameter = json!({"Name": "/data/Weak", "Type": "String", "Value": get_att});
    assert_eq!(data["Resources"]["WeakParameter"]["Properties"], parameter);
    let service = document(&stacks[1]);
    let kept = |id: &str| service["Resources"][id]["Properties"]["Value"].clone();
    assert_eq!(kept("A"), json!({"Fn::ImportValue": "data-JobsArn"}));
    assert_eq!(kept("B"), "{{resolve:ssm:/data/Weak}}");
    let output = json!({"Fn::GetStackOutput": {"StackName": "data", "OutputName": "Far"}});
    assert_eq!(kept("C"), output);
    let delay = &service["Resources"]["Queue"]["Properties"]["DelaySeconds"];
    assert_eq!(*delay, json!({"Fn::ImportValue": "data-Count"}));
    let zones = json!({"Fn::Split": [",", {"Fn::ImportValue": "data-Zones"}]});
    assert_eq!(kept("Zone"), json!({"Fn::Select": [0, zones]}));
}

#[test]
fn references_that_cannot_work_are_findings_with_their_line() {
    let mut data = Stack::new("data").in_account("111111111111").in_region("us-east-1");
    let arn = table(&mut data);
    let strong = data.export("Strong", arn.clone());
    let far = data.export_by(Sharing::Output, "Far", arn.clone());
    let _unused = data.export("Unused", arn);
    let mut lost = Stack::new("lost");
    let lost = lost.export("Gone", Value::from("x"));

    let mut service = Stack::new("service").in_account("222222222222").in_region("eu-central-1");
    let line = line!() + 1;
    let first = service.import(&strong);
    let far_value = service.import(&far);
    let good = service.import(&far.role_arn("arn:aws:iam::111111111111:role/reader"));
    let gone = service.import(&lost);
    for (id, value) in [("B", first), ("C", far_value), ("D", good.clone()), ("E", gone)] {
        service.output(id, Output::new(value));
    }
    let region = json!({"Fn::GetStackOutput": {
        "StackName": "data", "OutputName": "Far", "Region": "us-east-1",
        "RoleArn": "arn:aws:iam::111111111111:role/reader",
    }});
    assert_eq!(serde_json::to_value(&good).unwrap(), region);
    let back = service.export("Back", Value::from("x"));
    let value = data.import(&back);
    data.output("Y", Output::new(value));

    let stacks = Program::new().stack(data).stack(service).synthesize().unwrap();
    let found = findings(&stacks);
    let there = "must be shared in a way that reaches account 222222222222, region eu-central-1, and its";
    let here = "account 111111111111, region us-east-1";
    for (code, message) in [
        (
            "AL0502",
            "stacks must not import from each other in a circle: `data` imports from `service` imports from `data`",
        ),
        ("AL0503", &*format!("import of `Strong` from stack `data`: {there} export is one of {here}")),
        ("AL0503", &*format!("import of `Far` from stack `data`: {there} output is one of {here}")),
        ("AL0501", "import of `Gone` from stack `lost`: the stack must be one of the program"),
        ("AL0504", "export `Unused`: a stack of the program must import it, none does"),
    ] {
        assert!(found.contains(&(code.to_owned(), message.to_owned())), "{message}\n{found:#?}");
    }
    let strong = stacks[1].report.findings.iter().find(|finding| finding.message.contains("`Strong`")).unwrap();
    assert_eq!(strong.origin.unwrap().line, line);
    assert_eq!(
        strong.help.as_deref(),
        Some("share it as an output, which reaches everywhere: `export_by(Sharing::Output, ..)`")
    );
}

#[test]
fn a_list_is_shared_as_an_export() {
    let mut data = Stack::new("data");
    let line = line!() + 1;
    let zones = data.export_by(Sharing::Parameter, "Zones", get_azs(""));
    let mut service = Stack::new("service");
    let zones = service.import(&zones);
    keep(&mut service, "Zone", select(0, zones));
    let stacks = Program::new().stack(data).stack(service).synthesize().unwrap();
    let found = stacks[0].report.findings.iter().find(|found| found.rule.code == "AL0508").unwrap();
    assert_eq!(found.message, "export `Zones`: a list must be shared as an export, got its way `parameter`");
    assert_eq!(found.origin.unwrap().line, line);
}

#[test]
fn accounts_have_a_form_and_regions_are_known() {
    let found = |account: &str, region: &str| {
        let mut stack = Stack::new("data").in_account(account).in_region(region);
        stack.add("Jobs", sqs::Queue::new());
        findings(&Program::new().stack(stack).synthesize().unwrap())
    };
    assert_eq!(found("123456789012", "us-gov-west-1"), []);
    let wrong = |message: &str| ("AL0507".to_owned(), format!("stack `data`: the {message}"));
    assert_eq!(
        found("1234", "Frankfurt"),
        [wrong("account must be 12 digits, got `1234`"), wrong("region must be one of AWS, got `Frankfurt`"),]
    );
    let line = line!() + 1;
    let stack = Stack::new("data").in_region("eu-wst-1");
    let found = &Program::new().stack(stack).synthesize().unwrap()[0].report.findings[0];
    assert_eq!(found.message, "stack `data`: the region must be one of AWS, got `eu-wst-1`");
    assert_eq!(found.help.as_deref(), Some("did you mean `eu-west-1`?"));
    assert_eq!(found.origin.unwrap().line, line);
}

#[test]
fn names_of_stacks_are_those_of_cloudformation_and_of_files() {
    let stack = |name: &str| {
        let mut stack = Stack::new(name);
        stack.add("Jobs", sqs::Queue::new());
        stack
    };
    let found = |stacks: &[&str]| -> Vec<String> {
        let program = stacks.iter().fold(Program::new(), |program, name| program.stack(stack(name)));
        let found = findings(&program.synthesize().unwrap());
        found.into_iter().map(|(code, message)| format!("{code} {message}")).collect()
    };
    assert!(found(&["data", "Service-2"]).is_empty());
    let rule = "a stack's name must be letters, digits and hyphens, a letter first, at most 128";
    let long = "a".repeat(129);
    for name in ["shop_data", "1st", "../up", "", long.as_str()] {
        assert_eq!(found(&["data", name]), [format!("AL0528 stack `{name}`: {rule}")]);
    }
    let twice = "AL0528 stack `data`: each stack must have a name of its own, and this one is there twice";
    assert_eq!(found(&["data", "other", "data"]), [twice]);
    let mut outer = Stack::new("outer");
    outer.add("Inner", NestedStack::new(stack("in_ner")));
    outer.add("Wrong", NestedStack::new(stack("in/ner")));
    let rule = "a nested stack's name must be letters, digits, hyphens and underscores, at most 128";
    let found = findings(&Program::new().stack(outer).synthesize().unwrap());
    assert_eq!(found, [("AL0528".to_owned(), format!("stack `in/ner`: {rule}"))]);
}

#[test]
fn a_name_is_exported_by_one_stack_of_a_place() {
    let stack = |name: &str, region: Option<&str>| {
        let mut stack = Stack::new(name);
        if let Some(region) = region {
            stack = stack.in_region(region);
        }
        stack.add("Jobs", sqs::Queue::new());
        stack.output("Queue", Output::new(get_att::<String>("Jobs", "Arn")).export_name("jobs"));
        stack.output("Own", Output::new(get_att::<String>("Jobs", "Arn")).export_name(sub("${AWS::StackName}-jobs")));
        stack
    };
    let found =
        |first: Stack, second: Stack| findings(&Program::new().stack(first).stack(second).synthesize().unwrap());
    let message = "output `Queue`: the name of an export must be unique in an account and region, got `jobs`, which output `Queue` of \
                   stack `data` has too";
    let clash = [("AL0529".to_owned(), message.to_owned())];
    assert_eq!(found(stack("data", None), stack("users", None)), clash);
    let (here, there) = (Some("eu-central-1"), Some("eu-west-1"));
    assert_eq!(found(stack("data", here), stack("users", here)), clash);
    assert_eq!(found(stack("data", here), stack("users", there)), []);
    let mut conditional = Stack::new("users");
    conditional.add("Jobs", sqs::Queue::new());
    let output = Output::new(get_att::<String>("Jobs", "Arn")).export_name("jobs");
    let is_here = conditional.condition("IsHere", Condition::equals(ref_::<String>("AWS::Region"), "eu-central-1"));
    conditional.output("Queue", output.condition(is_here));
    assert_eq!(found(stack("data", None), conditional), []);
}

#[test]
fn tags_reach_what_takes_them_in_its_form() {
    let mut stack = Stack::new("data");
    stack.add("Jobs", sqs::Queue::new());
    stack.add("Own", Resource::raw("AWS::SNS::Topic", json!({"Tags": [{"Key": "team", "Value": "other"}]})));
    stack.add("Parameter", Resource::raw("AWS::SSM::Parameter", json!({"Type": "String", "Value": "x"})));
    stack.add("Policy", Resource::raw("AWS::SQS::QueuePolicy", json!({"Queues": [], "PolicyDocument": {}})));
    let stacks = Program::new().stack(stack).tag("team", "core").tag("cost", 7).synthesize().unwrap();
    let document = document(&stacks[0]);
    let tags = |id: &str| document["Resources"][id]["Properties"]["Tags"].clone();
    let both = json!([{"Key": "team", "Value": "core"}, {"Key": "cost", "Value": 7}]);
    assert_eq!(tags("Jobs"), both);
    assert_eq!(tags("Own")[0], json!({"Key": "team", "Value": "other"}));
    assert_eq!(tags("Parameter"), json!({"team": "core", "cost": 7}));
    assert_eq!(tags("Policy"), Json::Null);
    let message = "tag `team`: resources of these types take no tags: AWS::SQS::QueuePolicy".to_owned();
    assert!(findings(&stacks).contains(&("AL0506".to_owned(), message)));
}

#[test]
fn defaults_leave_what_is_there() {
    const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/developers";
    let mut stack = Stack::new("service");
    let function = json!({"Handler": "bootstrap", "Runtime": "provided.al2023", "InlineCode": "x"});
    let mut with_role = function.clone();
    with_role["Role"] = json!("arn:aws:iam::123456789012:role/own");
    stack.add("Makes", Resource::raw("AWS::Serverless::Function", function));
    stack.add("Has", Resource::raw("AWS::Serverless::Function", with_role));
    let trust = PolicyDocument::assumed_by("lambda.amazonaws.com");
    let own = json!({"AssumeRolePolicyDocument": trust, "PermissionsBoundary": "arn:aws:iam::123456789012:policy/own"});
    stack.add("Own", Resource::raw("AWS::IAM::Role", own));
    stack.add("Role", Resource::raw("AWS::IAM::Role", json!({"AssumeRolePolicyDocument": trust})));
    stack.add("Logs", Resource::raw("AWS::Logs::LogGroup", json!({})));
    stack.add("OwnLogs", Resource::raw("AWS::Logs::LogGroup", json!({"RetentionInDays": 7})));
    let program = Program::new().stack(stack).visit(permissions_boundary(BOUNDARY)).visit(log_retention(30));
    let document = document(&program.synthesize().unwrap()[0]);
    let property = |id: &str, name: &str| document["Resources"][id]["Properties"][name].clone();
    let boundaries = ["Makes", "Has", "Own", "Role"].map(|id| property(id, "PermissionsBoundary"));
    assert_eq!(
        boundaries,
        [json!(BOUNDARY), Json::Null, json!("arn:aws:iam::123456789012:policy/own"), json!(BOUNDARY)]
    );
    assert_eq!(["Logs", "OwnLogs"].map(|id| property(id, "RetentionInDays")), [json!(30), json!(7)]);
}

#[test]
fn what_a_service_leaves_unencrypted_is_encrypted() {
    let mut stack = Stack::new("data");
    let mut add = |id: &str, kind: &str, properties: Json| stack.add(id, Resource::raw(kind, properties));
    add("Files", "AWS::EFS::FileSystem", json!({}));
    add("Plain", "AWS::EFS::FileSystem", json!({"Encrypted": false}));
    add("Search", "AWS::OpenSearchService::Domain", json!({"EncryptionAtRestOptions": {"KmsKeyId": "alias/search"}}));
    add("Cluster", "AWS::RDS::DBCluster", json!({"DBClusterIdentifier": "orders", "Engine": "aurora-mysql"}));
    add("Instance", "AWS::RDS::DBInstance", json!({"DBClusterIdentifier": "orders", "Engine": "aurora-mysql"}));
    add("Copy", "AWS::EC2::Volume", json!({"SnapshotId": "snap-1234567890abcdef0", "AvailabilityZone": "us-east-1a"}));
    let document = document(&Program::new().stack(stack).visit(encrypt_at_rest).synthesize().unwrap()[0]);
    let property = |id: &str, name: &str| document["Resources"][id]["Properties"][name].clone();
    assert_eq!(["Files", "Plain", "Copy"].map(|id| property(id, "Encrypted")), [json!(true), json!(false), Json::Null]);
    assert_eq!(["Cluster", "Instance"].map(|id| property(id, "StorageEncrypted")), [json!(true), Json::Null]);
    let expected = json!({"KmsKeyId": "alias/search", "Enabled": true});
    assert_eq!(property("Search", "EncryptionAtRestOptions"), expected);
}

#[test]
fn visits_change_resources_and_checks_report() {
    static NAMED: Rule = Rule::error("ORG001", "queue with a name");
    let mut stack = Stack::new("data");
    let line = line!() + 1;
    stack.add("Jobs", sqs::Queue::new().queue_name("jobs").delay_seconds(1));
    stack.add("Alerts", sns::Topic::new());
    let program = Program::new()
        .stack(stack)
        .visit(retain_data)
        .visit(|resource| {
            resource.set_default("DelaySeconds", 9);
            resource.merge(sqs::Queue::new().visibility_timeout(60));
            if resource.is::<sns::Topic>() {
                resource.set("DisplayName", resource.logical_id().to_owned());
                resource.set_attribute("Metadata.Stack", resource.stack_name().to_owned());
            }
        })
        .check(|stack| {
            let named = stack.resources().filter(|(_, resource)| resource["Properties"].get("QueueName").is_some());
            let at = |id: &str| Path(vec!["Resources".into(), id.into()]);
            named.map(|(id, _)| Finding::new(&NAMED, at(id), format!("queue `{id}`: must have no name"))).collect()
        });
    let stacks = program.synthesize().unwrap();
    let document = document(&stacks[0]);
    let properties = json!({"QueueName": "jobs", "DelaySeconds": 1, "VisibilityTimeout": 60});
    let jobs = &document["Resources"]["Jobs"];
    assert_eq!(jobs["Properties"], properties);
    assert_eq!((&jobs["DeletionPolicy"], &jobs["UpdateReplacePolicy"]), (&json!("Retain"), &json!("Retain")));
    let alerts = &document["Resources"]["Alerts"];
    assert_eq!(alerts["Properties"]["DisplayName"], "Alerts");
    assert_eq!((&alerts["Metadata"]["Stack"], &alerts["DeletionPolicy"]), (&json!("data"), &Json::Null));
    let named = stacks[0].report.findings.iter().find(|finding| finding.rule.code == "ORG001").unwrap();
    assert_eq!((named.message.as_str(), named.origin.unwrap().line), ("queue `Jobs`: must have no name", line));
}

#[test]
fn a_region_lacks_types_and_schemas_of_own_types_count() {
    let mut stack = Stack::new("mail").in_region("af-south-1");
    let app = Resource::raw("AWS::AppRunner::Service", json!({"SourceConfiguration": {}}));
    let line = line!() + 1;
    stack.add("App", app);
    stack.add("Inbox", Resource::raw("My::Org::Mailbox", json!({"Size": 11})));
    let other = Stack::new("other").in_region("eu-central-1");
    let program = Program::new()
        .stack(stack)
        .stack(other)
        .schema("My::Org::Mailbox", json!({"properties": {"Size": {"type": "integer", "maximum": 10}}}));
    let schema_line = line!() + 1;
    let program = program.schema("My::Org::Letter", r#"{"properties": {"Pages": {"type": "int"}}}"#);
    let stacks = program.synthesize().unwrap();
    let found = |index: usize| -> Vec<(&str, u32, &str)> {
        let findings = stacks[index].report.findings.iter().filter(|finding| finding.rule.code != "E1001");
        findings.map(|one| (one.rule.code, one.origin.map_or(0, |origin| origin.line), one.message.as_str())).collect()
    };
    let kinds = "string, integer, number, boolean, array, object, null";
    let schema = format!("schema of `My::Org::Letter`: `properties/Pages/type`: must be one of {kinds}, got `int`");
    assert_eq!(
        found(0),
        [
            ("AL0509", schema_line, schema.as_str()),
            ("E3006", line, "`AWS::AppRunner::Service` does not exist in `af-south-1`"),
            ("E3034", line + 1, "`Size` must be at most 10, got 11"),
        ]
    );
    assert_eq!(found(1), [("AL0509", schema_line, schema.as_str())]);
}

#[test]
fn where_a_stack_is_must_be_said_before_values_leave_it() {
    let mut data = Stack::new("data");
    let arn = table(&mut data);
    let shared = data.export_by(Sharing::Output, "JobsArn", arn);
    let data = data.in_region("eu-central-1");
    let mut service = Stack::new("service").in_region("eu-central-1");
    // An import in the same call: `output` takes the stack after its arguments.
    service.output("Jobs", Output::new(service.import(&shared)));
    service.add("Own", ManagedQueue::new());
    let stacks = Program::new().stack(data).stack(service).synthesize().unwrap();
    let message = "stack `data`: its region must be said before it exports or imports values";
    assert_eq!(findings(&stacks), [("AL0507".to_owned(), message.to_owned())]);
}

#[test]
fn a_handle_of_another_stack_is_no_reference() {
    let mut data = Stack::new("data");
    let jobs = data.add("Jobs", ManagedQueue::new());
    let mut service = Stack::new("service");
    service.add("Jobs", ManagedQueue::new());
    let mut other = Stack::new("other");
    keep(&mut other, "Kept", jobs.arn());
    keep(&mut service, "Own", jobs.arn());
    let stacks = Program::new().stack(data).stack(service).stack(other).synthesize().unwrap();
    let found = findings(&stacks);
    let message = "`Kept`: must refer to resources of its own stack, refers to `Jobs`, which is one of stack `data`";
    assert!(found.contains(&("AL0527".to_owned(), message.to_owned())), "{found:?}");
    // With an id that both stacks have, nobody can tell.
    assert_eq!(found.iter().filter(|(code, _)| code == "AL0527").count(), 1);
}
