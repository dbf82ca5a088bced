//! What somebody asked not to hear of.
//!
//! Three can ask: cfn-lint's metadata, which are respected as cfn-lint does; metadata of our own, which want a reason;
//! and Rust, by [`cfn_model::Template::ignore`].

use std::collections::{HashMap, HashSet};

use cfn_model::{Finding, Node, Object, Path, Scope, Silenced, Suppression};

use crate::{codes as rules, facts::suggest::did_you_mean, found::Findings};

/// The entry of `Metadata` that is ours.
const OURS: &str = "cfn-validate";
const IGNORE: &str = "ignore";
/// Rules about files, and about the text of a template, which only some callers have: elsewhere there is nothing to
/// silence, and nothing wrong with that.
const ABOUT_FILES: [&str; 5] = ["AL1018", "AL1042", "AL1043", "W1100", "W1101"];
/// For how many unknown codes it is said what could have been meant: nobody misspells thousands.
const SUGGESTIONS: usize = 20;

/// Tells findings that are to be heard from those that are not.
pub(crate) struct Silencer<'d> {
    document: &'d Object,
    /// The wishes with a reason, and whether each has silenced something.
    silences: Vec<(Suppression, bool)>,
    /// Which wish is about a code at a place.
    by_code: HashMap<(Scope, String), usize>,
    /// What cfn-lint's metadata of resources ask for.
    by_resource: HashSet<(&'d str, &'d str)>,
    /// What cfn-lint's metadata of the template ask for: beginnings of codes.
    beginnings: HashSet<&'d str>,
    findings: Findings,
    silenced: Vec<Silenced>,
}

impl<'d> Silencer<'d> {
    /// With what the template itself asks for, and what Rust does.
    pub(crate) fn new(document: &'d Object, from_rust: &[Suppression]) -> Silencer<'d> {
        let mut silencer = Silencer {
            document,
            silences: Vec::new(),
            by_code: HashMap::new(),
            by_resource: HashSet::new(),
            beginnings: HashSet::new(),
            findings: Findings::default(),
            silenced: Vec::new(),
        };
        if let Some(metadata) = document.get("Metadata") {
            silencer.read(metadata, &Path::default().join("Metadata"), None);
        }
        for (id, resource) in document.get("Resources").and_then(Node::as_object).into_iter().flatten() {
            if let Some(metadata) = resource.get("Metadata") {
                let path = Path(vec!["Resources".into(), id.as_str().into(), "Metadata".into()]);
                silencer.read(metadata, &path, Some(id));
            }
        }
        for silence in from_rust {
            silencer.wish(silence.clone());
        }
        silencer
    }

    /// The findings of which somebody wants to hear; the others are kept for [`Silencer::finish`].
    pub(crate) fn heard(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        if self.silences.is_empty() && self.by_resource.is_empty() && self.beginnings.is_empty() {
            return findings;
        }
        let mut heard = Vec::with_capacity(findings.len());
        for mut finding in findings {
            match self.silence_of(&finding) {
                Some(reason) => self.silenced.push(Silenced { finding, reason }),
                None => {
                    self.silence_causes(&mut finding);
                    heard.push(finding);
                }
            }
        }
        heard
    }

    /// What is wrong with the wishes themselves, and what was silenced. `codes` are those of all rules, sorted.
    pub(crate) fn finish(mut self, codes: &[&str]) -> (Vec<Finding>, Vec<Silenced>) {
        let mut suggestions = SUGGESTIONS;
        for (silence, _) in self.silences.iter().filter(|(_, is_used)| !is_used) {
            let code = &silence.code;
            let is_known = codes.binary_search(&code.as_str()).is_ok();
            if ABOUT_FILES.contains(&code.as_str()) {
                continue;
            }
            let finding = match (is_known, &silence.scope) {
                (false, _) => {
                    let help = match suggestions {
                        0 => None,
                        _ => did_you_mean(code, codes.iter().copied()),
                    };
                    suggestions = suggestions.saturating_sub(1);
                    let message = format!("`{code}`: no rule has this code");
                    Finding::new(&rules::AL0202, silence.path.clone(), message).actual(code).help(help)
                }
                (true, Scope::Named(id)) if !self.has(id) => {
                    let message = format!("`{code}`: is silenced for `{id}`, which the template does not have");
                    Finding::new(&rules::AL0203, silence.path.clone(), message).actual(code)
                }
                (true, _) => {
                    let message = format!("`{code}`: is silenced here, and there is nothing to silence");
                    let help = "take it away: it would hide the next mistake".to_owned();
                    Finding::new(&rules::AL0203, silence.path.clone(), message).actual(code).help(help)
                }
            };
            self.findings.push(Finding { origin: silence.origin, ..finding });
        }
        (self.findings.finish(), self.silenced)
    }

    /// The reason for which a finding is silenced, if it is.
    #[expect(clippy::option_option, reason = "whether, and the reason, which cfn-lint's metadata do not give")]
    fn silence_of(&mut self, finding: &Finding) -> Option<Option<String>> {
        let code = finding.rule.code;
        let place = finding.path.logical_id();
        let scopes = place.into_iter().flat_map(|(section, id)| {
            let resource = (section == "Resources").then(|| Scope::Resource(id.to_owned()));
            resource.into_iter().chain([Scope::Named(id.to_owned())])
        });
        let mut reason = None;
        // All that cover it are of use, not only the first.
        for scope in scopes.chain([Scope::Everywhere]) {
            if let Some(&index) = self.by_code.get(&(scope, code.to_owned())) {
                let (silence, is_used) = &mut self.silences[index];
                *is_used = true;
                reason = reason.or_else(|| Some(silence.reason.clone()));
            }
        }
        let resource = place.filter(|(section, _)| *section == "Resources").map(|(_, id)| id);
        let by_cfn_lint = || {
            resource.is_some_and(|id| self.by_resource.contains(&(id, code)))
                || (1..=code.len()).any(|end| self.beginnings.contains(&code[..end]))
        };
        reason.or_else(|| by_cfn_lint().then_some(None))
    }

    fn wish(&mut self, silence: Suppression) {
        if silence.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
            let message = format!("`{}`: must be silenced with a reason", silence.code);
            let finding = Finding::new(&rules::AL0201, silence.path, message);
            let help = "say in a sentence why nobody has to hear of it".to_owned();
            self.findings.push(Finding { origin: silence.origin, ..finding.expected("a sentence").help(help) });
            return;
        }
        self.by_code.insert((silence.scope.clone(), silence.code.clone()), self.silences.len());
        self.silences.push((silence, false));
    }

    fn silence_causes(&mut self, finding: &mut Finding) {
        let causes = std::mem::take(&mut finding.causes);
        finding.causes = causes.into_iter().filter(|cause| self.silence_of(cause).is_none()).collect();
        finding.causes.iter_mut().for_each(|cause| self.silence_causes(cause));
    }

    fn has(&self, id: &str) -> bool {
        self.document.values().any(|section| section.get(id).is_some())
    }

    /// What the `Metadata` of the template, or of one of its resources, ask for.
    fn read(&mut self, metadata: &'d Node, path: &Path, resource: Option<&'d str>) {
        if let Some(checks) = metadata.get("cfn-lint").and_then(|entry| entry.get("config")?.get("ignore_checks")) {
            for check in checks.as_array().into_iter().flatten().filter_map(Node::as_str) {
                // For a resource cfn-lint wants the whole code, for a template the beginning will do.
                match resource {
                    Some(id) => self.by_resource.insert((id, check)),
                    None => self.beginnings.insert(check),
                };
            }
        }
        let Some(ours) = metadata.get(OURS) else { return };
        let path = path.join(OURS);
        let Some(ours) = ours.as_object() else {
            return self.wrong(path, format!("`{OURS}`: must be an object, got {}", ours.kind()));
        };
        for (key, value) in ours {
            let path = path.join(key.as_str());
            match (key.as_str(), value.as_object()) {
                (IGNORE, Some(codes)) => self.codes(codes, &path, resource),
                (IGNORE, None) => {
                    let kind = value.kind();
                    self.wrong(path, format!("`{IGNORE}`: must be an object of codes, each with a reason, got {kind}"));
                }
                _ => {
                    let finding = Finding::new(&rules::AL0201, path, format!("`{key}`: must be `{IGNORE}`"));
                    self.findings.push(finding.actual(key));
                }
            }
        }
    }

    fn codes(&mut self, codes: &'d Object, path: &Path, resource: Option<&str>) {
        for (code, reason) in codes {
            self.wish(Suppression {
                code: code.clone(),
                scope: resource.map_or(Scope::Everywhere, |id| Scope::Resource(id.to_owned())),
                reason: reason.as_str().map(str::to_owned),
                path: path.join(code.as_str()),
                origin: None,
            });
        }
    }

    fn wrong(&mut self, path: Path, message: String) {
        self.findings.push(Finding::new(&rules::AL0201, path, message).expected("an object"));
    }
}
