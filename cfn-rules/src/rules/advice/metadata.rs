//! What `Metadata` says to the console (`AWS::CloudFormation::Interface`) and to cfn-lint.

use cfn_model::{Finding, Node};

use crate::{
    codes as rules,
    facts::{
        context::{self, Context},
        place::Place,
        suggest, text,
    },
    found::Findings,
};

/// The settings of cfn-lint, and the type of each.
const SETTINGS: [(&str, Kind); 7] = [
    ("append_rules", Kind::Texts),
    ("configure_rules", Kind::Object),
    ("ignore_bad_template", Kind::Flag),
    ("ignore_checks", Kind::Texts),
    ("include_experimental", Kind::Flag),
    ("merge_configs", Kind::Flag),
    ("regions", Kind::Texts),
];

#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Object,
    Texts,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(metadata) = context.section("Metadata") else { return };
    let place = Place::Root.key("Metadata");
    if let Some(settings) = metadata.get("cfn-lint") {
        settings_of_linter(settings, &place.key("cfn-lint"), findings);
    }
    if let Some(interface) = metadata.get("AWS::CloudFormation::Interface") {
        let place = place.key("AWS::CloudFormation::Interface");
        shape_of_interface(interface, &place, findings);
        parameters_exist(context, interface, &place, findings);
    }
}

fn settings_of_linter(node: &Node, place: &Place<'_>, findings: &mut Findings) {
    let mut wrong = |place: &Place<'_>, expected: &str, node: &Node| {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        findings.push(Finding::new(&rules::W4005, place.to_path(), message).expected(expected).actual(actual));
    };
    let Node::Object(settings) = node else { return wrong(place, "an object", node) };
    let place = place.key("config");
    let Some(config) = settings.get("config") else { return };
    let Node::Object(config) = config else { return wrong(&place, "an object", config) };
    for (name, value) in config {
        let place = place.key(name);
        match (SETTINGS.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind), value) {
            (None, _) => {
                let message = format!("`{}` is not a setting of cfn-lint", text::shortened(name));
                let help = suggest::did_you_mean(name, SETTINGS.map(|(known, _)| known));
                findings.push(Finding::new(&rules::W4005, place.to_path(), message).actual(name).help(help));
                return;
            }
            (Some(Kind::Flag), Node::Bool(_)) | (Some(Kind::Object), Node::Object(_)) => {}
            (Some(Kind::Texts), Node::Array(items)) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| item.as_str().is_none()) {
                    wrong(&place.index(index), "a string", item);
                }
            }
            (Some(Kind::Flag), other) => wrong(&place, "a boolean", other),
            (Some(Kind::Object), other) => wrong(&place, "an object", other),
            (Some(Kind::Texts), other) => wrong(&place, "a list of strings", other),
        }
    }
}

/// The console takes no notice of a name that it does not know.
fn shape_of_interface(node: &Node, place: &Place<'_>, findings: &mut Findings) {
    let mut wrong = |node: &Node, place: &Place<'_>, expected: &str| {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        findings.push(Finding::new(&rules::E4001, place.to_path(), message).expected(expected).actual(actual));
    };
    let list = |node: &Node, place: &Place<'_>, wrong: &mut dyn FnMut(&Node, &Place<'_>, &str)| {
        if node.as_array().is_none() {
            wrong(node, place, "a list");
        }
    };
    if node.as_object().is_none() {
        return wrong(node, place, "an object");
    }
    let groups = place.key("ParameterGroups");
    if let Some(node) = node.get("ParameterGroups") {
        list(node, &groups, &mut wrong);
    }
    let all = node["ParameterGroups"].as_array().unwrap_or_default().iter().enumerate();
    for (index, group) in all.clone() {
        if let Some(parameters) = group.get("Parameters") {
            list(parameters, &groups.index(index).key("Parameters"), &mut wrong);
        }
    }
    let labels = place.key("ParameterLabels");
    let each_label = |visit: &mut dyn FnMut(&Node, &Place<'_>)| {
        for (index, group) in all.clone() {
            visit(&group["Label"], &groups.index(index).key("Label"));
        }
        for (name, label) in node["ParameterLabels"].as_object().into_iter().flatten() {
            visit(label, &labels.key(name));
        }
    };
    each_label(&mut |label, place| {
        if let Some(default) = label.get("default").filter(|default| default.as_str().is_none()) {
            wrong(default, &place.key("default"), "a string");
        }
    });
    let mut known = |node: &Node, place: &Place<'_>, known: &[&str]| {
        let keys = node.as_object().into_iter().flat_map(|object| object.keys());
        for key in keys.filter(|key| !known.contains(&key.as_str()) && !context::is_replaced(key)) {
            let message = format!("`{}` is not a property of `{}`", text::shortened(key), place.name());
            let help = suggest::did_you_mean(key, known.iter().copied());
            findings.push(Finding::new(&rules::E4001, place.key(key).to_path(), message).actual(key).help(help));
        }
    };
    known(node, place, &["ParameterGroups", "ParameterLabels"]);
    for (index, group) in all.clone() {
        known(group, &groups.index(index), &["Label", "Parameters"]);
    }
    each_label(&mut |label, place| known(label, place, &["default"]));
}

/// What the console groups and labels are parameters of the template.
fn parameters_exist(context: &Context<'_>, node: &Node, place: &Place<'_>, findings: &mut Findings) {
    let parameters = context.section("Parameters");
    let mut named = |name: &str, place: &Place<'_>| {
        if parameters.is_some_and(|all| all.contains_key(name)) {
            return;
        }
        let known = parameters.into_iter().flat_map(|all| all.keys().map(String::as_str));
        let message = format!("`{}` is not a parameter of this template", text::shortened(name));
        let help = context.did_you_mean(name, known);
        findings.push(Finding::new(&rules::W4001, place.to_path(), message).actual(name).help(help));
    };
    let groups = place.key("ParameterGroups");
    for (index, group) in node["ParameterGroups"].as_array().unwrap_or_default().iter().enumerate() {
        let group_place = groups.index(index);
        let place = group_place.key("Parameters");
        for (index, name) in group["Parameters"].as_array().unwrap_or_default().iter().enumerate() {
            match name.as_str() {
                Some(name) => named(name, &place.index(index)),
                None => named(text::shown(name).trim_matches('`'), &place.index(index)),
            }
        }
    }
    let labels = place.key("ParameterLabels");
    for name in node["ParameterLabels"].as_object().into_iter().flat_map(|labels| labels.keys()) {
        named(name, &labels.key(name));
    }
}
