//! Resources and what refers to what, as a graph and as a picture.
//!
//! A [`Graph`] is plain data, made of a template by [`Graph::of_template`], of an application by
//! [`Graph::of_application`], or by hand. [`mermaid`], [`dot`]
//! and [`svg`] turn graphs into text; the same graphs give the same bytes.

#[cfg(feature = "app")]
mod application;
mod dot;
mod mermaid;
mod svg;
mod template;

#[cfg(feature = "app")]
pub(crate) use application::{API, DEAD_LETTERS, FIFO_DEAD_LETTERS, node, queue};
pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;
pub use template::Detail;

/// Nodes and the edges between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The title: a stack's name.
    pub name: String,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges. Both ends must be nodes; others are not drawn.
    pub edges: Vec<Edge>,
}

/// A box of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What edges call it, unique within the graph.
    pub id: String,
    /// The large text in it: a logical id.
    pub label: String,
    /// The small text in it: a type, a schedule.
    pub detail: String,
    /// What it is, which decides shape and colour.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A queue.
    Queue,
    /// Something that runs code.
    Function,
    /// A bucket or file system.
    Bucket,
    /// A table or database.
    Table,
    /// A topic or stream of messages to many.
    Topic,
    /// Something that answers requests.
    Api,
    /// Something that starts at a time or at an event.
    Schedule,
    /// Something that watches.
    Alarm,
    /// A permission or identity.
    Role,
    /// Anything else.
    Other,
}

/// An arrow of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of the node where it starts.
    pub from: String,
    /// The id of the node where its head is.
    pub to: String,
    /// What happens along it, or nothing.
    pub label: String,
    /// How it is drawn.
    pub line: Line,
    /// Which of its ends stands to the left.
    pub flow: Flow,
}

/// How an edge takes part in the order from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Something goes along it, a message or a call: `from` stands to the left.
    #[default]
    Along,
    /// `from` stands to the right: an alarm stands behind what it watches.
    Against,
    /// As [`Flow::Along`], unless others that form a circle with it want it otherwise: a mere reference.
    Loose,
}

/// How an edge is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// What happens always.
    Solid,
    /// What happens when something fails.
    Dashed,
    /// What only follows in time.
    Dotted,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Queue,
        Kind::Function,
        Kind::Bucket,
        Kind::Table,
        Kind::Topic,
        Kind::Api,
        Kind::Schedule,
        Kind::Alarm,
        Kind::Role,
        Kind::Other,
    ];

    /// Its name: `queue`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Queue => "queue",
            Kind::Function => "function",
            Kind::Bucket => "bucket",
            Kind::Table => "table",
            Kind::Topic => "topic",
            Kind::Api => "api",
            Kind::Schedule => "schedule",
            Kind::Alarm => "alarm",
            Kind::Role => "role",
            Kind::Other => "other",
        }
    }

    /// Fill, border and text on a light ground, as `#rrggbb`.
    const fn light(self) -> [&'static str; 3] {
        match self {
            Kind::Queue => ["#fdeef6", "#c2367f", "#5c1239"],
            Kind::Function => ["#fff3e2", "#d9760a", "#5e3303"],
            Kind::Bucket => ["#eaf6e6", "#4a8f2c", "#1f4410"],
            Kind::Table => ["#e8effe", "#3d62d6", "#172c6b"],
            Kind::Topic => ["#fdeaea", "#cf4141", "#651515"],
            Kind::Api => ["#f1eafe", "#7a49cf", "#361a66"],
            Kind::Schedule => ["#e4f5f6", "#158a94", "#063f44"],
            Kind::Alarm => ["#fdf6d8", "#ad8a06", "#4b3b00"],
            Kind::Role => ["#f0f0f3", "#73798a", "#2b2f3a"],
            Kind::Other => ["#f4f4f2", "#8a8a84", "#33332f"],
        }
    }

    /// Fill, border and text on a dark ground.
    const fn dark(self) -> [&'static str; 3] {
        match self {
            Kind::Queue => ["#3a1629", "#e06aa8", "#fbdcec"],
            Kind::Function => ["#3b2408", "#f0993c", "#fde8cd"],
            Kind::Bucket => ["#1a3011", "#78bd57", "#dcf2d2"],
            Kind::Table => ["#16224a", "#7d9cf5", "#dbe5fd"],
            Kind::Topic => ["#3d1616", "#ee7a7a", "#fcdede"],
            Kind::Api => ["#291846", "#a983ef", "#e8dcfd"],
            Kind::Schedule => ["#0a2e31", "#45b8c2", "#d2f1f4"],
            Kind::Alarm => ["#332a05", "#d8b22d", "#faf0c3"],
            Kind::Role => ["#23252c", "#9aa0b2", "#e2e4ea"],
            Kind::Other => ["#262624", "#a3a39c", "#e6e6e2"],
        }
    }
}

impl Graph {
    /// The edges whose ends both exist, by the positions of their ends.
    fn drawn(&self) -> impl Iterator<Item = (usize, usize, &Edge)> {
        let positions: std::collections::HashMap<&str, usize> =
            self.nodes.iter().enumerate().map(|(position, node)| (node.id.as_str(), position)).collect();
        self.edges.iter().filter_map(move |edge| {
            Some((*positions.get(edge.from.as_str())?, *positions.get(edge.to.as_str())?, edge))
        })
    }
}
