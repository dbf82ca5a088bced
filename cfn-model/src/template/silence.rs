//! What the one who made a template does not want to hear of.

use std::panic::Location;

use super::Template;
use crate::{Path, Scope, Suppression};

impl Template {
    /// Keeps the findings of a rule about one resource apart, with the reason: they are in
    /// [`Report::suppressed`](crate::Report::suppressed) and no longer count. `id` is a handle, or the name of
    /// a parameter, an output or whatever else the finding is about.
    ///
    /// It is about this run and is not written into the template. What whoever checks the written file shall not hear
    /// of either belongs into the resource's metadata:
    /// `.metadata("cfn-validate", json!({"ignore": {"E3030": "the reason"}}))`.
    ///
    /// No reason, a code that no rule has, and silencing what is not there are findings themselves.
    ///
    /// ```
    /// use cfn_model::{Resource, Template};
    /// use cfn_rules::Validate;
    ///
    /// let mut template = Template::new();
    /// let job = Resource::raw("AWS::Lambda::Function", serde_json::json!({
    ///     "Role": "arn:aws:iam::123456789012:role/job",
    ///     "Code": {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/job:1"},
    ///     "PackageType": "Image",
    ///     "Architectures": ["riscv64"],
    /// }));
    /// let job = template.add("Job", job);
    /// template.ignore(&job, "E3030", "the preview of this processor is open to our account");
    /// let report = template.validate();
    /// assert!(!report.has_errors());
    /// assert_eq!(report.suppressed[0].finding.rule.code, "E3030");
    /// ```
    #[track_caller]
    pub fn ignore(&mut self, id: impl AsRef<str>, code: impl Into<String>, reason: impl Into<String>) {
        let id = id.as_ref();
        let path = Path(vec!["Resources".into(), id.into()]);
        self.silence(code.into(), Scope::Named(id.to_owned()), reason.into(), path, Location::caller());
    }

    /// Keeps the findings of a rule apart wherever they are; otherwise as [`Template::ignore`].
    #[track_caller]
    pub fn ignore_everywhere(&mut self, code: impl Into<String>, reason: impl Into<String>) {
        self.silence(code.into(), Scope::Everywhere, reason.into(), Path::default(), Location::caller());
    }

    fn silence(&mut self, code: String, scope: Scope, reason: String, path: Path, caller: &'static Location<'static>) {
        let origin = Some(self.origin.unwrap_or(caller.into()));
        self.suppressions.push(Suppression { code, scope, reason: Some(reason), path, origin });
    }
}
