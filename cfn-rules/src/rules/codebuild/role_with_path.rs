//! Build projects that name a role with a path.

use cfn_model::{Function, Node};

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// An AWS CodeBuild project that gets a role by its name looks for it under the path `/`. `Ref` gives the name of a role,
    /// so a role with another path is not found and the deployment fails. `Fn::GetAtt` gives the whole ARN.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       Path: /build/
    ///       AssumeRolePolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               Service: codebuild.amazonaws.com
    ///             Action: sts:AssumeRole
    ///   Project:
    ///     Type: AWS::CodeBuild::Project
    ///     Properties:
    ///       ServiceRole: !Ref Role
    ///       Artifacts:
    ///         Type: NO_ARTIFACTS
    ///       Environment:
    ///         ComputeType: BUILD_GENERAL1_SMALL
    ///         Image: aws/codebuild/standard:7.0
    ///         Type: LINUX_CONTAINER
    ///       Source:
    ///         Type: NO_SOURCE
    ///         BuildSpec: buildspec.yml
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       Path: /build/
    ///       AssumeRolePolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               Service: codebuild.amazonaws.com
    ///             Action: sts:AssumeRole
    ///   Project:
    ///     Type: AWS::CodeBuild::Project
    ///     Properties:
    ///       ServiceRole: !GetAtt Role.Arn
    ///       Artifacts:
    ///         Type: NO_ARTIFACTS
    ///       Environment:
    ///         ComputeType: BUILD_GENERAL1_SMALL
    ///         Image: aws/codebuild/standard:7.0
    ///         Type: LINUX_CONTAINER
    ///       Source:
    ///         Type: NO_SOURCE
    ///         BuildSpec: buildspec.yml
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint takes a path that a function gives for one that is not `/`. Nobody knows what it will be, so it is not
    /// reported here.
    E3050: error "role with a path, referenced by its name",
    on: On::Resource(&["AWS::CodeBuild::Project"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for role in look.get("ServiceRole") {
        let Some((Function::Ref, Node::String(id))) = role.node.and_then(Function::call) else { continue };
        let resources = look.context.section("Resources");
        let path = resources.and_then(|all| all.get(id)?.get("Properties")?.get("Path")?.as_str());
        if let Some(path) = path.filter(|path| !matches!(*path, "" | "/")) {
            let message =
                format!("`Ref` gives the name of `{id}`, which is not enough for a role with the path `{path}`");
            let steps = [&role.steps[..], &[Step::Key(Function::Ref.name())]].concat();
            report.at(look.path(&steps), message).help(format!("use `Fn::GetAtt` with `{id}.Arn`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let project = |path: &str, role: &str| {
            format!(
                "Resources:\n  Role: {{Type: AWS::IAM::Role, Properties: {{Path: {path}, AssumeRolePolicyDocument: \
                 {{}}}}}}\n  R: {{Type: AWS::CodeBuild::Project, Properties: {{ServiceRole: {role}}}}}\n"
            )
        };
        let message = "`Ref` gives the name of `Role`, which is not enough for a role with the path `/build/`";
        let place = "Resources/R/Properties/ServiceRole/Ref";
        check(&RULE, &project("/build/", "!Ref Role"), &[(place, message)]);
        check(&RULE, &project("/", "!Ref Role"), &[]);
        check(&RULE, &project("/build/", "!GetAtt Role.Arn"), &[]);
        check(&RULE, &project("!Ref AWS::StackName", "!Ref Role"), &[]);
    }
}
