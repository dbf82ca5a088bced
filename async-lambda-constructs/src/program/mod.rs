//! A program of several stacks: values that they share, and what is done to all of their resources.

mod check;
mod defaults;
mod export;
mod manifest;
mod nested;
mod retain;
mod unfold;
mod visit;

use std::{error::Error, fmt, panic::Location};

use cfn_model::{Finding, IntoNode, Node, Origin, Path};
use cfn_rules::{codes::AL0506, unknown_region};

use crate::{
    Stack, Synthesized,
    project::{IntoStacks, Project},
    tags,
};

pub(crate) use check::check;
pub use defaults::{encrypt_at_rest, log_retention, permissions_boundary};
pub(crate) use export::Links;
pub use export::{Export, Shared, Sharing};
pub(crate) use manifest::{Entry, NestedEntry, Previous, manifest, text};
pub(crate) use nested::location;
pub use nested::{NestedInput, NestedOutput, NestedStack, NestedStackHandle};
pub use retain::retain_data;
pub(crate) use unfold::{Unfolded, unfold};
pub use visit::Visited;

/// The account and the region that a stack is deployed to, where the program says it, and whether it stays there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    /// Whether nobody can delete the stack.
    pub(crate) is_protected: bool,
}

impl Home {
    /// The rules that it breaks, each with the fix.
    fn problems(&self) -> impl Iterator<Item = (String, String)> {
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let account = self.account.iter().filter(move |account| !is_account(account)).map(|account| {
            let help = "write it with its leading zeros, and without hyphens: `012345678901`";
            (format!("the account must be 12 digits, got `{account}`"), help.to_owned())
        });
        let region = self.region.iter().filter_map(|region| {
            let (_, help) = unknown_region(region)?;
            Some((format!("the region must be one of AWS, got `{region}`"), help))
        });
        account.chain(region)
    }
}

/// Several stacks that belong together: what [`main`](crate::main) takes, as it takes one stack.
///
/// Tags, visits and checks reach every resource of every stack, in the order of the calls, when the program is synthesized.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut data = Stack::new("data");
/// let jobs = data.add("Jobs", ManagedQueue::new());
/// let jobs_arn = data.export("JobsArn", jobs.arn());
///
/// let mut alerts = Stack::new("alerts");
/// alerts.add("Rule", Resource::raw("AWS::Events::Rule", json!({
///     "ScheduleExpression": "rate(1 day)",
///     "Targets": [{"Id": "jobs", "Arn": alerts.import(&jobs_arn)}],
/// })));
///
/// let program = Program::new()
///     .stack(data)
///     .stack(alerts)
///     .tag("team", "core")
///     .visit(retain_data)
///     .visit(|resource| {
///         if resource.is::<sqs::Queue>() {
///             resource.set_default("SqsManagedSseEnabled", true);
///         }
///     });
/// let stacks = program.synthesize()?;
/// assert!(stacks.iter().all(|stack| !stack.report.has_errors()));
/// assert_eq!(stacks[0].template.resource("Jobs").unwrap()["DeletionPolicy"], "Retain".into_node());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
#[must_use = "a program does nothing until it is given to `main`"]
pub struct Program {
    stacks: Vec<Stack>,
    steps: Vec<Step>,
    #[cfg(feature = "app")]
    application: Option<Result<Project, Box<dyn Error>>>,
}

enum Step {
    Tag { key: String, value: Node, origin: Origin },
    Schema { type_name: String, schema: Node, origin: Origin },
    Visit(Box<dyn FnMut(&mut Visited<'_>)>),
    Check(Check),
}

type Check = Box<dyn FnMut(&Stack) -> Vec<Finding>>;

impl Program {
    /// A program without stacks.
    pub fn new() -> Program {
        Program::default()
    }

    /// Adds a stack.
    pub fn stack(mut self, stack: Stack) -> Program {
        self.stacks.push(stack);
        self
    }

    /// Sets the application of the program, with or without resources of its own. Its stack comes with the stage and the settings
    /// of the command line, and can import from the other stacks in `with_resources`.
    #[cfg(feature = "app")]
    pub fn application<Kind>(mut self, application: impl IntoStacks<Kind>) -> Program {
        let project = match (self.application.is_some(), application.into_project()) {
            (true, Ok(Project::Application { .. })) => {
                Err("a program must have at most one application, got two".into())
            }
            (_, project) => project,
        };
        match project {
            Ok(Project::Stacks(stacks)) => self.stacks.extend(stacks),
            project => self.application = Some(project),
        }
        self
    }

    /// Gives a tag to every resource that takes tags, in the form that its type wants. A tag with the same key that a resource has
    /// already stays. Types that take no tags are said once a stack, as information (AL0506).
    #[track_caller]
    pub fn tag(mut self, key: impl Into<String>, value: impl IntoNode) -> Program {
        let origin = Location::caller().into();
        self.steps.push(Step::Tag { key: key.into(), value: value.into_node(), origin });
        self
    }

    /// Gives all stacks the schema of a resource type of one's own or of a third party: JSON, or its text. See
    /// [`Template::schema`](cfn_model::Template::schema). Behind the cargo feature `schemas`; without it, each is an error (AL0509).
    ///
    /// ```
    /// use async_lambda_constructs::prelude::*;
    ///
    /// let mut stack = Stack::new("mail");
    /// stack.add("Inbox", Resource::raw("My::Org::Mailbox", json!({"Size": 11})));
    /// let mailbox = json!({"properties": {"Size": {"type": "integer", "maximum": 10}}});
    /// let program = Program::new().stack(stack).schema("My::Org::Mailbox", mailbox);
    /// assert_eq!(program.synthesize()?[0].report.findings[0].message, "`Size` must be at most 10, got 11");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn schema(mut self, type_name: impl Into<String>, schema: impl IntoNode) -> Program {
        let origin = Location::caller().into();
        self.steps.push(Step::Schema { type_name: type_name.into(), schema: schema.into_node(), origin });
        self
    }

    /// Shows every resource to a function, which may change it. [`retain_data`] is one.
    pub fn visit(mut self, visit: impl FnMut(&mut Visited<'_>) + 'static) -> Program {
        self.steps.push(Step::Visit(Box::new(visit)));
        self
    }

    /// Shows every stack to a function that says what is wrong with it, by rules of one's own. What it finds is reported with what
    /// validation finds.
    ///
    /// ```
    /// use async_lambda_constructs::prelude::*;
    /// use cfn_model::{Finding, Path, Rule};
    ///
    /// static DESCRIBED: Rule = Rule::warning("ORG001", "stack without a description");
    ///
    /// let program = Program::new().stack(Stack::new("data")).check(|stack| match stack.document().get("Description") {
    ///     Some(_) => Vec::new(),
    ///     None => {
    ///         let message = format!("stack `{}`: must have a description, has none", stack.name());
    ///         vec![Finding::new(&DESCRIBED, Path::default(), message).help("add one: `stack.description(..)`".to_owned())]
    ///     }
    /// });
    /// let findings = &program.synthesize()?[0].report.findings;
    /// assert!(findings.iter().any(|finding| finding.rule.code == "ORG001"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(mut self, check: impl FnMut(&Stack) -> Vec<Finding> + 'static) -> Program {
        self.steps.push(Step::Check(Box::new(check)));
        self
    }

    /// The templates of its stacks, validated, as [`main`](crate::main) writes them: for tests. Nested stacks stand behind their
    /// parent. That of an application is the first, its groups come behind it; it has neither stage nor settings.
    ///
    /// # Errors
    ///
    /// Something is wrong with the application, or there are two.
    pub fn synthesize(self) -> Result<Vec<Synthesized>, Box<dyn Error>> {
        let (mut stacks, is_application) = match self.into_project()? {
            Project::Stacks(stacks) => (stacks, false),
            #[cfg(feature = "app")]
            Project::Application { model, resources, program } => {
                let model = model.map_err(|problems| {
                    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    problems.join("\n")
                })?;
                let mut stack = crate::AppStack::new(&model, &crate::config::Config::default(), None);
                resources.apply(&mut stack);
                (program.into_stacks(vec![stack.into_stack()]), true)
            }
        };
        check(&mut stacks);
        Ok(unfold(stacks, is_application, "json", &|_| {}).synthesize())
    }

    /// The stacks, behind others that get its tags, visits and checks too.
    pub(crate) fn into_stacks(mut self, mut stacks: Vec<Stack>) -> Vec<Stack> {
        stacks.append(&mut self.stacks);
        for mut step in self.steps {
            for stack in &mut stacks {
                step.apply_to_all(stack);
            }
        }
        stacks
    }
}

impl Step {
    /// Applies it to a stack and to those inside of it.
    fn apply_to_all(&mut self, stack: &mut Stack) {
        self.apply(stack);
        for (_, nested) in stack.nested_mut() {
            self.apply_to_all(nested);
        }
    }

    fn apply(&mut self, stack: &mut Stack) {
        let ids: Vec<String> = stack.resources().map(|(id, _)| id.to_owned()).collect();
        match self {
            Step::Tag { key, value, origin } => {
                stack.set_origin(Some(*origin));
                let without = ids.iter().filter(|id| tags::add(stack, id, &[(key.as_str(), value.clone())]).is_none());
                let without: Vec<&String> = without.collect();
                report_untagged(stack, key, &without);
                stack.set_origin(None);
            }
            Step::Schema { type_name, schema, origin } => {
                stack.set_origin(Some(*origin));
                stack.schema(type_name.clone(), schema.clone());
                stack.set_origin(None);
            }
            Step::Visit(visit) => ids.iter().for_each(|id| visit(&mut Visited::new(stack, id))),
            Step::Check(check) => check(stack).into_iter().for_each(|finding| stack.report_at(finding)),
        }
    }
}

/// Says of which types no resource has a tag.
fn report_untagged(stack: &mut Stack, key: &str, ids: &[&String]) {
    let mut types: Vec<&str> =
        ids.iter().filter_map(|id| stack.resource(id)).filter_map(|resource| resource["Type"].as_str()).collect();
    types.sort_unstable();
    types.dedup();
    if types.is_empty() {
        return;
    }
    let message = format!("tag `{key}`: resources of these types take no tags: {}", types.join(", "));
    stack.report(Finding::new(&AL0506, Path::default(), message));
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("stacks", &self.stacks).field("steps", &self.steps.len()).finish()
    }
}

impl IntoStacks for Program {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        #[cfg(feature = "app")]
        if let Program { application: Some(application), .. } = self {
            return match application? {
                Project::Application { model, resources, .. } => {
                    let program = Box::new(Program { application: None, ..self });
                    Ok(Project::Application { model, resources, program })
                }
                stacks => Ok(stacks),
            };
        }
        Ok(Project::Stacks(self.into_stacks(Vec::new())))
    }
}
