//! Places whose schema is not what a person would want to write.

use cfn_schema::{Schema, resource_type};

use crate::{model::Type, shape};

const TABLE: &str = include_str!("../data/overrides.txt");

/// What a place is taken for.
pub(crate) enum Override {
    /// A type.
    Type(Type),
    /// What another schema says.
    Like(Schema),
}

impl Override {
    /// The table's line about a place.
    pub(crate) fn find(root: &str, path: &str) -> Option<Override> {
        TABLE.lines().find_map(|line| {
            let mut words = line.split(' ');
            if words.next() != Some(root) || words.next() != Some(path) {
                return None;
            }
            Some(match (words.next()?, words.next()) {
                ("like", Some(type_name)) => Override::Like(at(type_name, words.next()?)?),
                ("string", _) => Override::Type(Type::String),
                ("list", Some(item)) => Override::Type(Type::List(Box::new(Type::Named(item)))),
                (named, _) => Override::Type(Type::Named(named)),
            })
        })
    }
}

/// The schema at a path of a resource type.
fn at(type_name: &str, path: &str) -> Option<Schema> {
    path.split('/').try_fold(resource_type(type_name)?.schema(), |schema, name| match name {
        "*" => shape::items(&[schema]).first().copied(),
        name => shape::object(&[schema]).properties.get(name)?.first().copied(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_something() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (root, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            assert!(Override::find(root, path).is_some(), "{line}");
            assert!(at(root, path.trim_end_matches("/*")).is_some(), "{line}: the data has no such place");
        }
    }
}
