//! Functions with subnets and no security groups, or the reverse.

use cfn_model::Node;

use crate::{
    facts::{
        flow::{graph::Flow, model::Resource},
        values::Value,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// A function in a network has subnets and security groups. Lambda refuses one without the other.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       VpcConfig:
    ///         SubnetIds: [subnet-0123abcd]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       VpcConfig:
    ///         SubnetIds: [subnet-0123abcd]
    ///         SecurityGroupIds: [sg-0123abcd]
    /// ```
    AL1041: error "subnets without security groups, or security groups without subnets",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.functions.iter().for_each(|number| network(flow, &flow.model.resources[*number], report));
}

fn network(flow: &Flow<'_>, function: &Resource<'_>, report: &mut Reporter<'_>) {
    const LISTS: [&str; 2] = ["SubnetIds", "SecurityGroupIds"];
    let is_empty = |way: &Value<'_>| way.node.is_none_or(|node| matches!(node, Node::Array(items) if items.is_empty()));
    let is_unknown = |way: &Value<'_>| matches!(way.node, Some(Node::Null));
    let ways = LISTS.map(|list| function.ways(flow.model.context, &["VpcConfig", list]));
    for (here, other) in [(0, 1), (1, 0)] {
        let given = ways[here].iter().filter(|way| !is_empty(way) && !is_unknown(way));
        let facts = given.flat_map(|given| {
            let missing = ways[other].iter().filter(|way| is_empty(way));
            missing.map(|missing| [&function.facts, &given.facts, &missing.facts].map(|facts| &facts[..]))
        });
        let Some(facts) = facts.into_iter().find(|facts| flow.model.together(facts)) else { continue };
        let (given, missing) = (LISTS[here], LISTS[other]);
        let scenario = flow.model.context.conditions.words(facts.into_iter().flatten());
        let when = if scenario.is_empty() { String::new() } else { format!(" when {scenario}") };
        let message = format!("function `{}`: `{given}` must come with `{missing}`, got none{when}", function.id);
        let help = format!("add `{missing}`: Lambda refuses one without the other");
        report.at(function.path(&["VpcConfig", given]), message).help(help);
        // The other way round is the same mistake.
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{all, either, function};

    #[test]
    fn cases() {
        let template = |network: &str| {
            format!("Resources:\n  Work: {{Type: AWS::Lambda::Function, Properties: {{VpcConfig: {{{network}}}}}}}\n")
        };
        let message = "function `Work`: `SubnetIds` must come with `SecurityGroupIds`, got none";
        let place = "Resources/Work/Properties/VpcConfig/SubnetIds";
        check(&RULE, &template("SubnetIds: [subnet-0123abcd]"), &[(place, message)]);
        check(&RULE, &template("SubnetIds: [subnet-0123abcd], SecurityGroupIds: [sg-0123abcd]"), &[]);
        // One of two optional lists is one mistake, and names the parameters' conditions.
        let conditions = "Parameters: {Groups: {Type: String, Default: ''}, Subnets: {Type: String, Default: ''}}\n\
            Conditions:\n  HasGroups: !Not [!Equals [!Ref Groups, '']]\n  HasSubnets: !Not [!Equals [!Ref Subnets, '']]\n";
        let lists = "SubnetIds: !If [HasSubnets, [!Ref Subnets], !Ref AWS::NoValue], \
            SecurityGroupIds: !If [HasGroups, [!Ref Groups], !Ref AWS::NoValue]";
        let message = "function `Work`: `SubnetIds` must come with `SecurityGroupIds`, got none when `HasSubnets` is true \
            and `HasGroups` is false";
        check(&RULE, &format!("{conditions}{}", template(lists)), &[(place, message)]);
    }

    #[test]
    fn plain_and_serverless() {
        let network = |lists: &str| format!("VpcConfig: {{{lists}}},");
        let (subnets, groups) = ("SubnetIds: [subnet-0123abcd]", "SecurityGroupIds: [sg-0123abcd]");
        let wrong = [
            network(subnets),
            network(groups),
            network(&format!("{subnets}, SecurityGroupIds: []")),
            network("SubnetIds: !Ref Name"),
            network(&format!("{groups}, SubnetIds: !If [Prod, [subnet-0123abcd], !Ref AWS::NoValue]")),
        ];
        let right = [
            network(""),
            network(&format!("{subnets}, {groups}")),
            network("SubnetIds: [], SecurityGroupIds: []"),
            network(
                "SubnetIds: !If [Prod, [subnet-0123abcd], !Ref AWS::NoValue], \
             SecurityGroupIds: !If [Prod, [sg-0123abcd], !Ref AWS::NoValue]",
            ),
            "VpcConfig: !If [Prod, {SubnetIds: !Ref Name, SecurityGroupIds: !Ref Name}, !Ref AWS::NoValue],".to_owned(),
        ];
        let templates = |networks: &[String]| all(networks.iter().map(|network| function(network)));
        either(&RULE, &templates(&wrong), &templates(&right));
    }
}
