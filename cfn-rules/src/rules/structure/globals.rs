//! The section `Globals` of a SAM template.

use cfn_model::{Finding, Node};

use super::Sections;
use crate::{
    codes as rules,
    facts::{place::Place, sam, text},
    schema::Env,
};

impl Sections<'_> {
    pub(super) fn globals(&mut self) {
        let Some(node @ Node::Object(globals)) = self.context.document.get("Globals") else { return };
        let place = Place::Root.key("Globals");
        if !self.context.transforms.serverless {
            let finding =
                self.fail(&rules::E3724, &place, "`Globals` needs the transform `AWS::Serverless-2016-10-31`");
            finding.help = Some("add `Transform: AWS::Serverless-2016-10-31`".to_owned());
            return;
        }
        self.findings.absorb(self.checker.take());
        self.checker.run(cfn_schema::globals(), node, &place, Env::causes());
        let found = self.checker.take();
        let adopted = |finding| Some(Finding { rule: &rules::E3724, causes: Vec::new(), ..finding });
        self.findings.absorb_if(found, adopted);
        let resources = self.context.section("Resources").into_iter().flatten();
        for (id, resource) in resources {
            let about = sam::GLOBALS.iter().find(|(_, kind)| resource["Type"].as_str() == Some(kind));
            let shared = about.and_then(|(key, _)| Some((key, globals.get(*key)?.as_object()?)));
            let (Some((kind, shared)), Some(ignored)) = (shared, resource["IgnoreGlobals"].as_array()) else {
                continue;
            };
            let place = Place::Root.key("Resources");
            let place = place.key(id);
            let place = place.key("IgnoreGlobals");
            for (index, name) in ignored.iter().enumerate() {
                let Some(name) = name.as_str().filter(|name| !shared.contains_key(*name)) else { continue };
                let message = format!("`{}` is not a property of `Globals/{kind}`", text::shortened(name));
                let help = self.context.did_you_mean(name, shared.keys().map(String::as_str));
                self.fail(&rules::E3724, &place.index(index), message).help = help;
            }
        }
    }
}
