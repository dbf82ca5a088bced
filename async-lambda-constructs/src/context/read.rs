//! From the texts that were given to values.

use super::{Context, Problem, Spec};
use crate::explain::suggest::did_you_mean;

/// The values that a program declares.
#[derive(Debug, Default)]
pub struct Declarations(Vec<Spec>);

impl Declarations {
    pub(super) fn add(&mut self, spec: Spec) {
        self.0.push(spec);
    }

    pub(crate) fn into_specs(self) -> Vec<Spec> {
        self.0
    }
}

/// The texts that were given, what they were used for, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Given {
    texts: Vec<(String, String)>,
    used: Used,
    problems: Vec<Problem>,
}

/// The values that a program was made with: each declared key with its text, `None` for an optional one that was not given.
pub(crate) type Used = Vec<(String, Option<String>)>;

impl Given {
    /// The text that was given for a value.
    pub(super) fn take(&mut self, spec: &Spec) -> Option<String> {
        let text = self.texts.iter().find(|(key, _)| *key == spec.key).map(|(_, text)| text.clone());
        self.used.push((spec.key.clone(), text.clone().or_else(|| spec.default.clone())));
        text
    }

    /// Notes what is wrong; there is no value then.
    pub(super) fn report<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }
}

/// Everything that is wrong with what a program declares.
pub(crate) fn check(specs: &[Spec]) -> Vec<Problem> {
    let problems = specs.iter().enumerate().filter_map(|(position, spec)| {
        let is_key = spec.key.starts_with(|first: char| first.is_ascii_alphabetic())
            && spec.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let (rule, help) = if !is_key {
            ("its key must be letters, digits, `-`, `_` and `.`, a letter first".to_owned(), "change the key")
        } else if specs[..position].iter().any(|earlier| earlier.key == spec.key) {
            ("must be declared once, and is declared twice".to_owned(), "remove one of the declarations")
        } else {
            (spec.mistake.clone()?, "change the declaration")
        };
        Some(Problem { origin: Some(spec.origin), ..Problem::of(&spec.key, rule, help.to_owned()) })
    });
    problems.collect()
}

/// The values, and the texts that they were made of.
pub(crate) fn read_all<C: Context>(
    context: C,
    specs: &[Spec],
    texts: Vec<(String, String)>,
) -> Result<(C::Values, Used), Vec<Problem>> {
    let mut given = Given { problems: unknown(specs, &texts), texts, ..Given::default() };
    let values = context.read(&mut given);
    match values {
        Some(values) if given.problems.is_empty() => Ok((values, given.used)),
        _ => Err(given.problems),
    }
}

/// Keys that nobody declares, and those that are there twice.
fn unknown(specs: &[Spec], texts: &[(String, String)]) -> Vec<Problem> {
    let known = || specs.iter().map(|spec| spec.key.as_str());
    let problems = texts.iter().enumerate().filter_map(|(position, (key, text))| {
        if known().all(|known| known != key) {
            let all: Vec<String> = known().map(|key| format!("`{key}`")).collect();
            let (rule, help) = if all.is_empty() {
                (
                    "this program declares no values".to_owned(),
                    "leave it out, or declare it: `main_with(..)`".to_owned(),
                )
            } else {
                let help = did_you_mean(key, known()).unwrap_or_else(|| "`--help` lists them".to_owned());
                (format!("must be a value of this program: {}", all.join(", ")), help)
            };
            return Some(Problem::of(key, rule, help));
        }
        let (_, earlier) = texts[..position].iter().find(|(earlier, _)| earlier == key)?;
        let rule = format!("must be given once, got `{earlier}` and `{text}`");
        Some(Problem::of(key, rule, "leave one of them out".to_owned()))
    });
    problems.collect()
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        #[allow(non_snake_case, clippy::allow_attributes, reason = "a value has the name of its type, and the empty tuple has no values")]
        impl<$($name: Context),*> Context for ($($name,)*) {
            type Values = ($($name::Values,)*);

            fn declare(&self, _declarations: &mut Declarations) {
                let ($($name,)*) = self;
                $($name.declare(_declarations);)*
            }

            fn read(self, _given: &mut Given) -> Option<Self::Values> {
                let ($($name,)*) = self;
                // All of them first, so that everything that is wrong is said.
                let ($($name,)*) = ($($name.read(_given),)*);
                Some(($($name?,)*))
            }
        }
    )*};
}

tuples! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
