//! The assertions.

use cfn_model::{Finding, IntoNode, IntoResource, Node, Path, ResourceType, Template};
use cfn_rules::Validate as _;

use super::{
    Captures, Match, Snapshot,
    compare::{Objects, compare},
    failure, findings,
    section::{Candidate, Section, Selection, type_pattern},
    snapshot,
};

mod sealed {
    pub trait Sealed {}

    impl Sealed for cfn_model::Template {}
}

/// Assertions on a template.
///
/// A pattern of a resource is whatever [`Stack::add`](crate::Stack::add) takes as one: a typed struct, a
/// [`Resource`](cfn_model::Resource) with policies and dependencies, `Resource::raw` or JSON with a `Type`. It matches
/// resources of its type that have at least what it has: see [the module](super#patterns).
///
/// Each assertion that fails panics, at the line of the test.
pub trait TemplateAssertions: sealed::Sealed {
    /// The resources of a type, in the order in which they were added.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Dead", sqs::Queue::new());
    /// stack.add("Jobs", sqs::Queue::new().delay_seconds(30));
    ///
    /// let queues = stack.resources_of::<sqs::Queue>();
    /// assert_eq!(queues[1].logical_id, "Jobs");
    /// assert_eq!(queues[1].definition["Properties"]["DelaySeconds"], json!(30));
    /// ```
    fn resources_of<R: ResourceType>(&self) -> Vec<Match<'_>>;

    /// The resources of the type with this name: for a type without a struct.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Roles", Resource::raw("Custom::RoleLookup", json!({"ServiceToken": "arn"})));
    /// assert_eq!(stack.resources_of_type("Custom::RoleLookup").len(), 1);
    /// ```
    fn resources_of_type(&self, name: &str) -> Vec<Match<'_>>;

    /// The resources that match, which may be none.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().queue_name("jobs.fifo").fifo_queue(true));
    /// for queue in stack.find_resources(sqs::Queue::new().fifo_queue(true)) {
    ///     assert!(queue.definition["Properties"]["QueueName"].as_str().unwrap().ends_with(".fifo"));
    /// }
    /// ```
    fn find_resources(&self, pattern: impl IntoResource) -> Vec<Match<'_>>;

    /// At least one resource matches. Gives all that do.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", Resource::new(sqs::Queue::new().delay_seconds(30)).deletion_policy(DeletionPolicy::Retain));
    ///
    /// stack.assert_has(sqs::Queue::new().delay_seconds(30));
    /// stack.assert_has(Resource::new(sqs::Queue::new()).deletion_policy(DeletionPolicy::Retain));
    /// stack.assert_has(json!({"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain"}));
    /// ```
    ///
    /// # Panics
    ///
    /// If none does: with the closest one, and the places where it differs.
    #[track_caller]
    fn assert_has(&self, pattern: impl IntoResource) -> Vec<Match<'_>>;

    /// One resource matches and no other: what captures are easiest with. Gives that one.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().queue_name("jobs"));
    /// let queue = stack.assert_has_one(sqs::Queue::new().queue_name(capture("name")));
    /// assert_eq!(queue.captures["name"], json!("jobs"));
    /// ```
    ///
    /// # Panics
    ///
    /// If none matches, as [`assert_has`](TemplateAssertions::assert_has), or several do.
    #[track_caller]
    fn assert_has_one(&self, pattern: impl IntoResource) -> Match<'_>;

    /// The resource with this logical id matches.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// let jobs = stack.add("Jobs", sqs::Queue::new().delay_seconds(30));
    /// stack.assert_resource(&jobs, sqs::Queue::new().delay_seconds(30));
    /// stack.assert_resource("Jobs", sqs::Queue::new());
    /// ```
    ///
    /// # Panics
    ///
    /// If the resource is missing, or differs: with the places.
    #[track_caller]
    fn assert_resource(&self, id: impl AsRef<str>, pattern: impl IntoResource) -> Match<'_>;

    /// All resources of the pattern's type match, and there is at least one. Gives them.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().sqs_managed_sse_enabled(true));
    /// stack.assert_all(sqs::Queue::new().sqs_managed_sse_enabled(true));
    /// ```
    ///
    /// # Panics
    ///
    /// If the type has no resource, or some differ: with the places in each.
    #[track_caller]
    fn assert_all(&self, pattern: impl IntoResource) -> Vec<Match<'_>>;

    /// So many resources match, which may be 0. Gives them.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().delay_seconds(30));
    /// stack.assert_count(sqs::Queue::new().delay_seconds(30), 1);
    /// stack.assert_count(json!({"Type": "AWS::SNS::Topic"}), 0);
    /// ```
    ///
    /// # Panics
    ///
    /// If another number matches: with their names.
    #[track_caller]
    fn assert_count(&self, pattern: impl IntoResource, expected: usize) -> Vec<Match<'_>>;

    /// There are so many resources of a type, which may be 0. Gives them.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new());
    /// stack.assert_resource_count::<sqs::Queue>(1);
    /// ```
    ///
    /// # Panics
    ///
    /// If their number is another: with their names.
    #[track_caller]
    fn assert_resource_count<R: ResourceType>(&self, expected: usize) -> Vec<Match<'_>>;

    /// The outputs with this logical id, in which `*` stands for any characters, that match.
    fn find_outputs(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// An output with this logical id, in which `*` stands for any characters, matches. Gives all that do.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// # let queue = stack.add("Jobs", sqs::Queue::new());
    /// stack.output("Url", Output::new(queue.queue_url()).export_name("jobs-url"));
    /// stack.assert_has_output("Url", Output::new(queue.queue_url()));
    /// stack.assert_has_output("*", json!({"Export": {"Name": starts_with("jobs-")}}));
    /// ```
    ///
    /// # Panics
    ///
    /// If none does: with the closest one, and the places where it differs.
    #[track_caller]
    fn assert_has_output(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// The parameters with this logical id, in which `*` stands for any characters, that match.
    fn find_parameters(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// A parameter with this logical id, in which `*` stands for any characters, matches. Gives all that do.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.parameter("Stage", Parameter::string().default("dev").allowed_values(vec!["dev", "prod"]));
    /// stack.assert_has_parameter("Stage", Parameter::string().default("dev"));
    /// stack.assert_has_parameter("Stage", json!({"AllowedValues": array_with("prod")}));
    /// ```
    ///
    /// # Panics
    ///
    /// As [`assert_has_output`](TemplateAssertions::assert_has_output).
    #[track_caller]
    fn assert_has_parameter(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// The conditions with this logical id, in which `*` stands for any characters, that match.
    fn find_conditions(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// A condition with this logical id, in which `*` stands for any characters, matches. Gives all that do.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// # let stage = stack.parameter("Stage", Parameter::string().default("dev"));
    /// stack.condition("IsProd", Condition::equals(&stage, "prod"));
    /// stack.assert_has_condition("IsProd", Condition::equals(&stage, "prod"));
    /// stack.assert_has_condition("IsProd", json!({"Fn::Equals": array_with("prod")}));
    /// ```
    ///
    /// # Panics
    ///
    /// As [`assert_has_output`](TemplateAssertions::assert_has_output).
    #[track_caller]
    fn assert_has_condition(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// The mappings with this logical id, in which `*` stands for any characters, that match.
    fn find_mappings(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// A mapping with this logical id, in which `*` stands for any characters, matches. Gives all that do.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.mapping("Sizes", Mapping::new().entry("dev", "Memory", 128).entry("prod", "Memory", 1_024));
    /// stack.assert_has_mapping("Sizes", Mapping::new().entry("prod", "Memory", 1_024));
    /// ```
    ///
    /// # Panics
    ///
    /// As [`assert_has_output`](TemplateAssertions::assert_has_output).
    #[track_caller]
    fn assert_has_mapping(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>>;

    /// The whole template matches. Gives what was captured.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.description("orders");
    /// stack.add("Jobs", sqs::Queue::new());
    /// stack.assert_template(json!({"Description": "orders", "Resources": exact(json!({"Jobs": any_value()}))}));
    /// ```
    ///
    /// # Panics
    ///
    /// If it does not: with the places.
    #[track_caller]
    fn assert_template(&self, pattern: impl IntoNode) -> Captures;

    /// Validation finds no error. Suppressed findings do not count.
    ///
    /// # Panics
    ///
    /// If it finds one: with all errors.
    #[track_caller]
    fn assert_no_errors(&self);

    /// Validation finds nothing: no error, no warning, no information. Suppressed findings do not count.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Alerts", sns::Topic::new());
    /// stack.assert_no_findings();
    /// ```
    ///
    /// # Panics
    ///
    /// If it finds one: with all findings.
    #[track_caller]
    fn assert_no_findings(&self);

    /// The findings with this code at a path like `Resources/Jobs/*`, in which `*` stands for any characters.
    ///
    /// # Panics
    ///
    /// If no rule has the code: `E303`.
    #[track_caller]
    fn find_findings(&self, code: &str, path: &str) -> Vec<Finding>;

    /// There is a finding with this code at a path like `Resources/Jobs/*`, in which `*` stands for any characters. Gives
    /// all there are, for assertions on their messages.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().message_retention_period(12));
    /// let findings = stack.assert_finding("E3034", "Resources/Jobs/*");
    /// assert_eq!(findings[0].message, "`MessageRetentionPeriod` must be at least 60, got 12");
    /// ```
    ///
    /// # Panics
    ///
    /// If it is missing: with those of the rule elsewhere, or with all findings. If no rule has the code: `E303`.
    #[track_caller]
    fn assert_finding(&self, code: &str, path: &str) -> Vec<Finding>;

    /// There is no finding with this code at a path like `Resources/Jobs/*`, in which `*` stands for any characters.
    ///
    /// ```
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # let mut stack = Stack::new("orders");
    /// stack.add("Jobs", sqs::Queue::new().message_retention_period(60));
    /// stack.assert_no_finding("E3034", "*");
    /// ```
    ///
    /// # Panics
    ///
    /// If it finds one: with all of them. If no rule has the code: `E303`.
    #[track_caller]
    fn assert_no_finding(&self, code: &str, path: &str);

    /// The template is as in a file, which is written instead when the test runs with `UPDATE_SNAPSHOTS=1`.
    ///
    /// Values are compared; the order of keys and the layout of the file do not count. For hashes, and what else the
    /// [`Snapshot`] masks, the file has a fixed string.
    ///
    /// ```no_run
    /// # use async_lambda_constructs::{prelude::*, testing::*};
    /// # fn stack() -> Stack { Stack::new("orders") }
    /// stack().assert_snapshot("tests/snapshots/orders.json");
    /// ```
    ///
    /// # Panics
    ///
    /// If the template differs: with the places. If the file is missing, or cannot be read or written.
    #[track_caller]
    fn assert_snapshot(&self, snapshot: impl Into<Snapshot>);
}

impl TemplateAssertions for Template {
    fn resources_of<R: ResourceType>(&self) -> Vec<Match<'_>> {
        self.resources_of_type(R::TYPE)
    }

    fn resources_of_type(&self, name: &str) -> Vec<Match<'_>> {
        self.find_resources(type_pattern(name))
    }

    fn find_resources(&self, pattern: impl IntoResource) -> Vec<Match<'_>> {
        let pattern = pattern.into_definition();
        matching(Selection::of_type(&pattern).compare(self, &pattern))
    }

    fn assert_has(&self, pattern: impl IntoResource) -> Vec<Match<'_>> {
        let pattern = pattern.into_definition();
        some(self, &Selection::of_type(&pattern), &pattern)
    }

    fn assert_has_one(&self, pattern: impl IntoResource) -> Match<'_> {
        let pattern = pattern.into_definition();
        let selection = Selection::of_type(&pattern);
        let mut matches = some(self, &selection, &pattern);
        if matches.len() > 1 {
            let candidates = selection.compare(self, &pattern);
            panic!("{}", failure::other_count(self, &selection, &candidates, 1));
        }
        matches.remove(0)
    }

    fn assert_resource(&self, id: impl AsRef<str>, pattern: impl IntoResource) -> Match<'_> {
        let pattern = pattern.into_definition();
        some(self, &Selection::of_id(Section::Resources, id.as_ref()), &pattern).remove(0)
    }

    fn assert_all(&self, pattern: impl IntoResource) -> Vec<Match<'_>> {
        let pattern = pattern.into_definition();
        let selection = Selection::of_type(&pattern);
        let candidates = selection.compare(self, &pattern);
        if candidates.iter().all(|candidate| !candidate.is_match()) {
            panic!("{}", failure::none_matches(self, &selection, &candidates));
        }
        if candidates.iter().any(|candidate| !candidate.is_match()) {
            panic!("{}", failure::not_all_match(self, &selection, &candidates));
        }
        matching(candidates)
    }

    fn assert_count(&self, pattern: impl IntoResource, expected: usize) -> Vec<Match<'_>> {
        count(self, &pattern.into_definition(), expected)
    }

    fn assert_resource_count<R: ResourceType>(&self, expected: usize) -> Vec<Match<'_>> {
        count(self, &type_pattern(R::TYPE), expected)
    }

    fn find_outputs(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        matching(Selection::of_id(Section::Outputs, id).compare(self, &pattern.into_node()))
    }

    fn assert_has_output(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        some(self, &Selection::of_id(Section::Outputs, id), &pattern.into_node())
    }

    fn find_parameters(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        matching(Selection::of_id(Section::Parameters, id).compare(self, &pattern.into_node()))
    }

    fn assert_has_parameter(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        some(self, &Selection::of_id(Section::Parameters, id), &pattern.into_node())
    }

    fn find_conditions(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        matching(Selection::of_id(Section::Conditions, id).compare(self, &pattern.into_node()))
    }

    fn assert_has_condition(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        some(self, &Selection::of_id(Section::Conditions, id), &pattern.into_node())
    }

    fn find_mappings(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        matching(Selection::of_id(Section::Mappings, id).compare(self, &pattern.into_node()))
    }

    fn assert_has_mapping(&self, id: &str, pattern: impl IntoNode) -> Vec<Match<'_>> {
        some(self, &Selection::of_id(Section::Mappings, id), &pattern.into_node())
    }

    fn assert_template(&self, pattern: impl IntoNode) -> Captures {
        let document = Node::Object(self.document().clone());
        let comparison = compare(&pattern.into_node(), Some(&document), &Path::default(), Objects::Like);
        if !comparison.is_match() {
            let differences = failure::differences("expected", "actual", &comparison.mismatches);
            panic!("the template does not match\n\n{differences}");
        }
        comparison.captures
    }

    fn assert_no_errors(&self) {
        let errors = findings::errors(self);
        if !errors.is_empty() {
            panic!("{}", findings::unwanted("error", &errors));
        }
    }

    fn assert_no_findings(&self) {
        let findings = self.validate().findings;
        if !findings.is_empty() {
            panic!("{}", findings::unwanted("finding", &findings));
        }
    }

    fn find_findings(&self, code: &str, path: &str) -> Vec<Finding> {
        match findings::with_code(self, code, path) {
            Ok(findings) => findings,
            Err(message) => panic!("{message}"),
        }
    }

    fn assert_finding(&self, code: &str, path: &str) -> Vec<Finding> {
        let found = self.find_findings(code, path);
        if found.is_empty() {
            panic!("{}", findings::nothing(self, code, path));
        }
        found
    }

    fn assert_no_finding(&self, code: &str, path: &str) {
        let found = self.find_findings(code, path);
        if !found.is_empty() {
            panic!("{}", findings::unwanted(&format!("finding `{code}`"), &found));
        }
    }

    fn assert_snapshot(&self, snapshot: impl Into<Snapshot>) {
        if let Err(message) = snapshot.into().check(self, snapshot::is_update()) {
            panic!("{message}");
        }
    }
}

fn matching(candidates: Vec<Candidate<'_>>) -> Vec<Match<'_>> {
    candidates.into_iter().filter_map(Candidate::into_match).collect()
}

/// The entries that match, of which there must be one.
#[track_caller]
fn some<'t>(template: &'t Template, selection: &Selection<'_>, pattern: &Node) -> Vec<Match<'t>> {
    let candidates = selection.compare(template, pattern);
    if !candidates.iter().any(Candidate::is_match) {
        panic!("{}", failure::none_matches(template, selection, &candidates));
    }
    matching(candidates)
}

/// The resources that match, of which there must be so many.
#[track_caller]
fn count<'t>(template: &'t Template, pattern: &Node, expected: usize) -> Vec<Match<'t>> {
    let selection = Selection::of_type(pattern);
    let candidates = selection.compare(template, pattern);
    if candidates.iter().filter(|candidate| candidate.is_match()).count() != expected {
        panic!("{}", failure::other_count(template, &selection, &candidates, expected));
    }
    matching(candidates)
}
