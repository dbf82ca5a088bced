//! A stack: a template with a name.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    panic::Location,
};

use cfn_model::{Finding, Origin, Output, Path, Template};
use cfn_rules::codes::AL0507;

use crate::{
    Construct,
    asset::Assets,
    program::{Home, Links},
};

/// A template with a name: the unit that CloudFormation deploys.
///
/// It derefs to its [`Template`], so parameters, conditions and outputs are added to the stack itself.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("orders");
/// let stage = stack.parameter("Stage", Parameter::string().default("dev"));
/// let is_prod = stack.condition("IsProd", Condition::equals(stage.value::<String>(), "prod"));
/// let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(if_(&is_prod, 360, 60)));
/// stack.output("JobsUrl", Output::new(jobs.url()));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    name: String,
    template: Template,
    home: Home,
    links: Links,
    assets: Assets,
    /// The line that made it.
    made_at: Origin,
    /// The stacks inside of it, each with its logical id.
    nested: Vec<(String, Stack)>,
    /// The group of each resource that is in one.
    groups: BTreeMap<String, String>,
}

impl Stack {
    /// An empty stack. The name goes into file names and messages.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Stack {
        Stack::from_template(name, Template::new())
    }

    /// A stack on a template that already exists: one that was read from a file. Comments and the layout of the text are
    /// not kept.
    #[track_caller]
    pub fn from_template(name: impl Into<String>, template: Template) -> Stack {
        Stack {
            name: name.into(),
            template,
            home: Home::default(),
            links: Links::default(),
            assets: Assets::default(),
            made_at: Location::caller().into(),
            nested: Vec::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Says in which account the stack is: twelve digits. References between stacks are checked against it, and the manifest of
    /// the program names it. To be said before values are exported.
    #[track_caller]
    pub fn in_account(mut self, account: impl Into<String>) -> Stack {
        self.report_late("account");
        self.home.account = Some(account.into());
        self
    }

    /// Says in which region the stack is: `eu-central-1`. References between stacks are checked against it, resource types that the
    /// region has not are errors (E3006), and the manifest of the program names it. To be said before values are exported.
    #[track_caller]
    pub fn in_region(mut self, region: impl Into<String>) -> Stack {
        self.report_late("region");
        self.home.region = Some(region.into());
        self.template.set_region(self.home.region.clone());
        self
    }

    /// Wants that nobody can delete the stack until this is switched off. No template can say that, so the manifest of the program
    /// does, as `terminationProtection`, for whoever deploys: `aws cloudformation update-termination-protection`.
    pub fn termination_protection(mut self) -> Stack {
        self.home.is_protected = true;
        self
    }

    /// Says that values went to or came from other stacks before it was known where the stack is.
    #[track_caller]
    fn report_late(&mut self, what: &str) {
        if !self.links.exports.is_empty() || !self.links.imports().is_empty() {
            let message = format!("stack `{}`: its {what} must be said before it exports or imports values", self.name);
            let help = format!("say it where the stack is made: `Stack::new(..).in_{what}(..)`");
            self.report(Finding::new(&AL0507, Path::default(), message).help(help));
        }
    }

    /// Adds an output to the template, under this name: 1 to 255 letters and digits.
    #[track_caller]
    pub fn output(&mut self, id: impl Into<String>, output: Output) {
        self.template.output(id, output);
    }

    /// The stack's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The template.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Adds a resource or a construct under this id: 1 to 255 letters and digits, unique in the stack. It gives back the
    /// handle by which others refer to it.
    ///
    /// A resource's id is its logical id, and those of a construct's resources begin with it. A wrong one is a finding of
    /// validation.
    ///
    /// ```
    /// use async_lambda_constructs::prelude::*;
    ///
    /// let mut stack = Stack::new("orders");
    /// let dlq = stack.add("OrdersDLQ", sqs::Queue::new().message_retention_period(1_209_600));
    /// let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360).dead_letter(&dlq, 5));
    /// stack.output("JobsUrl", Output::new(jobs.url()));
    /// ```
    #[track_caller]
    pub fn add<C: Construct>(&mut self, id: impl Into<String>, construct: C) -> C::Handle {
        let caller = Location::caller().into();
        let outer = self.template.set_added_by(None);
        self.template.set_added_by(outer.or(Some(caller)));
        let handle = construct.build(&id.into(), self);
        self.template.set_added_by(outer);
        handle
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Reports a finding about the whole stack, or about a part of it, with the line that made it.
    pub(crate) fn report_at(&mut self, mut finding: Finding) {
        if finding.origin.is_none() {
            finding.origin = self.template.origin(&finding.path).or(Some(self.made_at));
            finding.added_by = self.template.added_by(&finding.path);
        }
        self.template.report(finding);
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Whether it, or a stack inside of it, names an asset.
    pub(crate) fn has_assets(&self) -> bool {
        !self.assets.recorded().is_empty() || self.nested.iter().any(|(_, nested)| nested.has_assets())
    }

    /// Takes in a stack as the resource with this id.
    pub(crate) fn adopt(&mut self, id: &str, mut nested: Stack) {
        self.links.adopt(&nested.links);
        // It is deployed where this one is.
        nested.home = self.home.clone();
        nested.template.set_region(self.home.region.clone());
        self.nested.push((id.to_owned(), nested));
    }

    /// The stacks inside of it, each with its logical id.
    pub(crate) fn nested(&self) -> &[(String, Stack)] {
        &self.nested
    }

    /// Whether it is more than one template.
    pub(crate) fn has_nested(&self) -> bool {
        !self.nested.is_empty() || !self.groups.is_empty()
    }

    pub(crate) fn nested_mut(&mut self) -> &mut Vec<(String, Stack)> {
        &mut self.nested
    }

    /// Puts resources into a group, which becomes a nested stack when the stack is synthesized.
    pub(crate) fn place<'i>(&mut self, ids: impl IntoIterator<Item = &'i String>, group: &str) {
        self.groups.extend(ids.into_iter().map(|id| (id.clone(), group.to_owned())));
    }

    /// The group of each resource that is in one.
    pub(crate) fn groups(&self) -> &BTreeMap<String, String> {
        &self.groups
    }

    pub(crate) fn groups_mut(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.groups
    }

    pub(crate) fn made_at(&self) -> Origin {
        self.made_at
    }

    pub(crate) fn links(&self) -> &Links {
        &self.links
    }

    pub(crate) fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }

    pub(crate) fn template_mut(&mut self) -> &mut Template {
        &mut self.template
    }

    /// The template, without the name.
    pub fn into_template(self) -> Template {
        self.template
    }
}

impl Deref for Stack {
    type Target = Template;

    fn deref(&self) -> &Template {
        &self.template
    }
}

impl DerefMut for Stack {
    fn deref_mut(&mut self) -> &mut Template {
        &mut self.template
    }
}
