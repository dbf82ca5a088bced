//! Where the validator stands: a path that lives on the stack and becomes a [`Path`] only in a finding.

use cfn_model::{Path, Segment};

/// A place in the document, linked to the place that holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// The document.
    Root,
    /// An entry of an object.
    Key(&'a Place<'a>, &'a str),
    /// A member of a list.
    Index(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    /// The entry of an object.
    pub(crate) fn key(&'a self, key: &'a str) -> Place<'a> {
        Place::Key(self, key)
    }

    /// The member of a list.
    pub(crate) fn index(&'a self, index: usize) -> Place<'a> {
        Place::Index(self, index)
    }

    fn parent(&self) -> Option<&'a Place<'a>> {
        match *self {
            Place::Root => None,
            Place::Key(parent, _) | Place::Index(parent, _) => Some(parent),
        }
    }

    /// The same place as a value of its own.
    pub(crate) fn to_path(self) -> Path {
        let mut segments = Vec::new();
        let mut place = Some(&self);
        while let Some(here) = place {
            match *here {
                Place::Root => {}
                Place::Key(_, key) => segments.push(Segment::from(key)),
                Place::Index(_, index) => segments.push(Segment::from(index)),
            }
            place = here.parent();
        }
        segments.reverse();
        Path(segments)
    }

    /// The keys from the root down, list positions left out.
    pub(crate) fn keys(&self) -> Vec<&'a str> {
        let mut keys = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            if let Place::Key(_, key) = *here {
                keys.push(key);
            }
            place = here.parent();
        }
        keys.reverse();
        keys
    }

    /// The name of the nearest property, with the position in its list: `Tags[0]`.
    pub(crate) fn name(&self) -> String {
        match *self {
            Place::Root => "template".to_owned(),
            Place::Key(_, key) => key.to_owned(),
            // A branch of a condition is what the property is.
            Place::Index(Place::Key(property, "Fn::If"), _) => property.name(),
            Place::Index(parent, index) => format!("{}[{index}]", parent.name()),
        }
    }
}
