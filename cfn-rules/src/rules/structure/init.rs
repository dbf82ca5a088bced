//! What `cfn-init` finds in the metadata of a resource.

use cfn_model::Node;

use super::{Sections, shape::Shape};
use crate::{codes as rules, facts::place::Place};

const TEXT: Shape = Shape::Text;
const TEXTS: Shape = Shape::List(usize::MAX, &TEXT);
const COMMANDS: Shape = Shape::Map(&Shape::Object(
    &[
        ("command", &TEXT),
        ("cwd", &TEXT),
        ("env", &Shape::Map(&TEXT)),
        ("ignoreErrors", &TEXT),
        ("test", &TEXT),
        ("waitAfterCompletion", &TEXT),
    ],
    &[],
));
const FILES: Shape = Shape::Map(&Shape::Object(
    &[
        ("authentication", &Shape::Any),
        ("content", &Shape::TextOrObject),
        ("context", &Shape::Any),
        ("encoding", &Shape::OneOf(&["plain", "base64"])),
        ("group", &TEXT),
        // Three digits for the kind of file, three for who may do what.
        ("mode", &Shape::Exactly(6)),
        ("owner", &TEXT),
        ("source", &TEXT),
    ],
    &[],
));
const PACKAGE: Shape = Shape::Map(&Shape::TextOrList);
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
        ("commands", &TEXTS),
        ("enabled", &Shape::Flag),
        ("ensureRunning", &Shape::Flag),
        ("files", &TEXTS),
        ("packages", &Shape::Map(&TEXTS)),
        ("sources", &TEXTS),
    ],
    &[],
));
const SERVICES: Shape = Shape::Object(&[("systemd", &SERVICE), ("sysvinit", &SERVICE), ("windows", &SERVICE)], &[]);
const USERS: Shape = Shape::Map(&Shape::Object(&[("groups", &TEXTS), ("homeDir", &TEXT), ("uid", &TEXT)], &[]));

/// What one step of the set-up does.
const CONFIG: Shape = Shape::Open(&[
    ("commands", &COMMANDS),
    ("files", &FILES),
    ("groups", &Shape::Map(&Shape::Object(&[("gid", &TEXT)], &[]))),
    ("packages", &PACKAGES),
    ("services", &SERVICES),
    ("sources", &Shape::Map(&TEXT)),
    ("users", &USERS),
]);

impl Sections<'_> {
    pub(super) fn init(&mut self, node: &Node, place: &Place<'_>) {
        self.shape(&rules::E3009, &Shape::Map(&CONFIG), node, place);
    }
}
