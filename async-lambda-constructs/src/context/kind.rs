//! The words for a type: in `--help`, and in the rule that a wrong text broke.

use std::any::type_name;

/// A type in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// In the column of `--help`.
    pub(super) short: String,
    /// Behind "must be"; `None` where only the type's own error knows.
    pub(super) rule: Option<String>,
}

macro_rules! whole_numbers {
    ($name:expr, $($type:ident)*) => {
        match $name {
            $(stringify!($type) => Some(format!("a whole number from {} to {}", $type::MIN, $type::MAX)),)*
            _ => None,
        }
    };
}

impl Kind {
    pub(super) fn of<T>() -> Kind {
        let name = type_name::<T>();
        if let Some(rule) = whole_numbers!(name, u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize) {
            return Kind { short: "number".to_owned(), rule: Some(rule) };
        }
        let (short, rule) = match name {
            "bool" => ("true|false", Some("`true` or `false`")),
            "f32" | "f64" => ("number", Some("a number")),
            "char" => ("character", Some("one character")),
            "alloc::string::String" => ("string", None),
            // The name without its path and without its parameters.
            name => (name.split('<').next().and_then(|name| name.rsplit("::").next()).unwrap_or(name), None),
        };
        Kind { short: short.to_owned(), rule: rule.map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stage;

    #[test]
    fn types_have_words() {
        fn check<T>(short: &str, rule: Option<&str>) {
            assert_eq!(Kind::of::<T>(), Kind { short: short.to_owned(), rule: rule.map(str::to_owned) });
        }
        check::<u8>("number", Some("a whole number from 0 to 255"));
        check::<i16>("number", Some("a whole number from -32768 to 32767"));
        check::<f64>("number", Some("a number"));
        check::<bool>("true|false", Some("`true` or `false`"));
        check::<String>("string", None);
        check::<Stage>("Stage", None);
        check::<std::marker::PhantomData<Stage>>("PhantomData", None);
    }
}
