//! The metadata of a resource that `cfn-init` reads.

use crate::rules::{
    definition::{Attribute, On, Reporter},
    functions::Walker,
    shape::{Shape, Shapes},
};

rule! {
    /// `cfn-init` reads `AWS::CloudFormation::Init` in the metadata of a resource: packages, groups, users,
    /// sources, files, commands and services, each with its own properties. A mistake fails on the instance, long
    /// after CloudFormation accepted the template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Signal:
    ///     Type: AWS::CloudFormation::WaitConditionHandle
    ///     Metadata:
    ///       AWS::CloudFormation::Init:
    ///         config:
    ///           services:
    ///             sysvinit:
    ///               nginx:
    ///                 ensureRunnig: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Signal:
    ///     Type: AWS::CloudFormation::WaitConditionHandle
    ///     Metadata:
    ///       AWS::CloudFormation::Init:
    ///         config:
    ///           services:
    ///             sysvinit:
    ///               nginx:
    ///                 ensureRunning: true
    /// ```
    E3009: error "invalid cfn-init metadata",
    on: On::Attribute("Metadata", check),
}

/// The entry of `Metadata` that `cfn-init` reads.
pub(super) const INIT: &str = "AWS::CloudFormation::Init";

const STRING: Shape = Shape::String;
const STRINGS: Shape = Shape::List(usize::MAX, &STRING);
const COMMANDS: Shape = Shape::Map(&Shape::Object(
    &[
        ("command", &STRING),
        ("cwd", &STRING),
        ("env", &Shape::Map(&STRING)),
        ("ignoreErrors", &STRING),
        ("test", &STRING),
        ("waitAfterCompletion", &STRING),
    ],
    &[],
));
const FILES: Shape = Shape::Map(&Shape::Object(
    &[
        ("authentication", &Shape::Any),
        ("content", &Shape::StringOrObject),
        ("context", &Shape::Any),
        ("encoding", &Shape::OneOf(&["plain", "base64"])),
        ("group", &STRING),
        // Three digits for the kind of file, three for its permissions.
        ("mode", &Shape::Exactly(6)),
        ("owner", &STRING),
        ("source", &STRING),
    ],
    &[],
));
const PACKAGE: Shape = Shape::Map(&Shape::StringOrList);
const PACKAGES: Shape = Shape::Object(
    &[
        ("apt", &PACKAGE),
        ("msi", &PACKAGE),
        ("python", &PACKAGE),
        ("rpm", &PACKAGE),
        ("rubygems", &PACKAGE),
        ("yum", &PACKAGE),
        ("zypper", &PACKAGE),
    ],
    &[],
);
const SERVICE: Shape = Shape::Map(&Shape::Object(
    &[
        ("commands", &STRINGS),
        ("enabled", &Shape::Boolean),
        ("ensureRunning", &Shape::Boolean),
        ("files", &STRINGS),
        ("packages", &Shape::Map(&STRINGS)),
        ("sources", &STRINGS),
    ],
    &[],
));
const SERVICES: Shape = Shape::Object(&[("systemd", &SERVICE), ("sysvinit", &SERVICE), ("windows", &SERVICE)], &[]);
const USERS: Shape = Shape::Map(&Shape::Object(&[("groups", &STRINGS), ("homeDir", &STRING), ("uid", &STRING)], &[]));

/// One step of the set-up.
const CONFIG: Shape = Shape::Open(&[
    ("commands", &COMMANDS),
    ("files", &FILES),
    ("groups", &Shape::Map(&Shape::Object(&[("gid", &STRING)], &[]))),
    ("packages", &PACKAGES),
    ("services", &SERVICES),
    ("sources", &Shape::Map(&STRING)),
    ("users", &USERS),
]);

fn check(metadata: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    if let Some(init) = metadata.node.get(INIT) {
        let place = metadata.place.key(INIT);
        Shapes::new(metadata.context, walker, report).check(&Shape::Map(&CONFIG), init, &place);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let instance = |config: &str| {
            format!(
                "Resources: {{I: {{Type: AWS::EC2::Instance, Metadata: {{'AWS::CloudFormation::Init': {{config: \
                 {config}}}}}}}}}\n"
            )
        };
        let place = |path: &str| format!("Resources/I/Metadata/AWS::CloudFormation::Init/config/{path}");
        check(&RULE, &instance("{packages: {yum: {httpd: []}}, files: {/a: {mode: '000644', content: x}}}"), &[]);
        check(
            &RULE,
            &instance("{packages: {dnf: {httpd: []}}}"),
            &[(&place("packages/dnf"), "`dnf` is not allowed here")],
        );
        check(
            &RULE,
            &instance("{files: {/a: {mode: '644', content: [x]}}}"),
            &[
                (&place("files//a/mode"), "`mode` must be a string of 6 characters, got \"644\""),
                (&place("files//a/content"), "`content` must be a string or an object, got a list of 1 item"),
            ],
        );
        check(
            &RULE,
            &instance("{services: {systemd: {web: {enabled: maybe}}}}"),
            &[(&place("services/systemd/web/enabled"), "`enabled` must be a boolean, got \"maybe\"")],
        );
    }
}
