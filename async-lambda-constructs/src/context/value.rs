//! A value from outside: its name, type, description, rule and default.

use std::{
    fmt::{self, Display},
    ops::RangeBounds,
    panic::Location,
    str::FromStr,
};

use cfn_model::Origin;

use super::{Context, Declarations, Given, Problem, kind::Kind};

/// What is known of a value without its type.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) key: String,
    pub(crate) description: String,
    /// The texts that it can be; none if every text of its type is good.
    pub(super) one_of: Vec<String>,
    /// The range, as it is written.
    pub(super) range: Option<String>,
    pub(super) kind: Kind,
    pub(crate) default: Option<String>,
    pub(crate) is_optional: bool,
    pub(super) origin: Origin,
    /// What is wrong with the declaration.
    pub(super) mistake: Option<String>,
}

impl Spec {
    /// The values that it can have, in the column of `--help`: `dev|prod`, `1..=10`, `number`.
    pub(crate) fn values(&self) -> String {
        match &self.range {
            _ if !self.one_of.is_empty() => self.one_of.join("|"),
            Some(range) => range.clone(),
            None => self.kind.short.clone(),
        }
    }

    /// What stands behind "must be".
    fn rule(&self) -> String {
        match (&self.range, &self.kind.rule) {
            _ if !self.one_of.is_empty() => {
                let all: Vec<String> = self.one_of.iter().map(|text| format!("`{text}`")).collect();
                format!("one of {}", all.join(", "))
            }
            (Some(range), _) => format!("in the range {range}"),
            (None, Some(rule)) => rule.clone(),
            (None, None) => format!("a `{}`", self.kind.short),
        }
    }

    /// A text that fits, as far as one is known.
    fn example(&self) -> Option<&str> {
        self.one_of.first().or(self.default.as_ref()).map(String::as_str)
    }

    /// How to give it.
    pub(super) fn fix(&self) -> String {
        match self.example() {
            Some(example) => format!("give it as `--context {}={example}`", self.key),
            None => format!("give it as `--context {}=VALUE`", self.key),
        }
    }
}

/// A value that a program wants from outside; it has to be given, unless it has a [default](Wanted::default).
#[must_use = "a value is declared where it is given to `main_with`"]
pub struct Wanted<T> {
    spec: Spec,
    default: Option<T>,
    is_in_range: Option<IsInRange<T>>,
}

type IsInRange<T> = Box<dyn Fn(&T) -> bool>;

/// A value that need not be given: `None` without.
#[must_use = "a value is declared where it is given to `main_with`"]
pub struct Optional<T>(Wanted<T>);

/// A value from outside: `--context key=..`. The key is letters, digits, `-`, `_` and `.`, a letter first. The type is anything with
/// [`FromStr`]: text, numbers, `bool`, an enum of one's own. The description stands in `--help`.
#[track_caller]
pub fn value<T: FromStr>(key: &str, description: &str) -> Wanted<T> {
    let spec = Spec {
        key: key.to_owned(),
        description: description.to_owned(),
        one_of: Vec::new(),
        range: None,
        kind: Kind::of::<T>(),
        default: None,
        is_optional: false,
        origin: Location::caller().into(),
        mistake: None,
    };
    Wanted { spec, default: None, is_in_range: None }
}

impl<T: FromStr> Wanted<T> {
    /// Sets the texts that it can be, which `--help` lists. Each must be one of its type.
    pub fn one_of<S: Into<String>>(mut self, texts: impl IntoIterator<Item = S>) -> Wanted<T> {
        self.spec.one_of = texts.into_iter().map(Into::into).collect();
        match self.spec.one_of.iter().find(|text| text.parse::<T>().is_err()) {
            Some(text) => {
                let kind = &self.spec.kind.short;
                self.spec.mistake = Some(format!("each of its `one_of` must be a `{kind}`, got `{text}`"));
            }
            None if self.spec.one_of.is_empty() => {
                self.spec.mistake = Some("its `one_of` must have a text, got none".to_owned());
            }
            None => {}
        }
        self
    }

    /// Sets the smallest and the largest value: `range(1..=10)`.
    pub fn range(mut self, range: impl RangeBounds<T> + fmt::Debug + 'static) -> Wanted<T>
    where
        T: PartialOrd,
    {
        self.spec.range = Some(format!("{range:?}"));
        self.is_in_range = Some(Box::new(move |value| range.contains(value)));
        self
    }

    /// Sets the value where none is given.
    pub fn default(mut self, default: impl Into<T>) -> Wanted<T>
    where
        T: Display,
    {
        let default = default.into();
        self.spec.default = Some(default.to_string());
        self.default = Some(default);
        self
    }

    /// Makes it an `Option`, which is `None` where it is not given.
    pub fn optional(mut self) -> Optional<T> {
        self.spec.is_optional = true;
        Optional(self)
    }

    /// The declaration, with what is wrong with it.
    fn spec(&self) -> Spec {
        let mut spec = self.spec.clone();
        if let (None, Some(text), Some(default)) = (&spec.mistake, &spec.default, &self.default) {
            let is_one = spec.one_of.is_empty() || spec.one_of.contains(text);
            if !is_one || self.is_in_range.as_ref().is_some_and(|is_in_range| !is_in_range(default)) {
                spec.mistake = Some(format!("its default must be {}, got `{text}`", spec.rule()));
            } else if spec.is_optional {
                spec.mistake = Some(format!("it must be optional or have a default, got both: `{text}`"));
            }
        }
        spec
    }

    /// The value of a text.
    fn parse(&self, text: &str) -> Result<T, Problem>
    where
        T::Err: Display,
    {
        let spec = &self.spec;
        let wrong = |reason: Option<String>| {
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            Problem::of(&spec.key, format!("must be {}, got `{text}`{reason}", spec.rule()), spec.fix())
        };
        if !spec.one_of.is_empty() && spec.one_of.iter().all(|one| one != text) {
            let near = crate::explain::suggest::did_you_mean(text, spec.one_of.iter().map(String::as_str));
            let problem = wrong(None);
            return Err(Problem { help: near.or(problem.help), ..problem });
        }
        // What std says of a number is less than the rule says.
        let value = text.parse::<T>().map_err(|error| wrong(spec.kind.rule.is_none().then(|| error.to_string())))?;
        match &self.is_in_range {
            Some(is_in_range) if !is_in_range(&value) => Err(wrong(None)),
            _ => Ok(value),
        }
    }
}

impl<T: FromStr<Err: Display>> Context for Wanted<T> {
    type Values = T;

    fn declare(&self, declarations: &mut Declarations) {
        declarations.add(self.spec());
    }

    fn read(self, given: &mut Given) -> Option<T> {
        let parsed = given.take(&self.spec).map(|text| self.parse(&text));
        match (parsed, self.default) {
            (Some(Ok(value)), _) | (None, Some(value)) => Some(value),
            (Some(Err(problem)), _) => given.report(problem),
            (None, None) => {
                let rule = format!("must be given: {}", self.spec.description);
                given.report(Problem::of(&self.spec.key, rule, self.spec.fix()))
            }
        }
    }
}

impl<T: FromStr<Err: Display>> Context for Optional<T> {
    type Values = Option<T>;

    fn declare(&self, declarations: &mut Declarations) {
        self.0.declare(declarations);
    }

    fn read(self, given: &mut Given) -> Option<Option<T>> {
        match given.take(&self.0.spec).map(|text| self.0.parse(&text)) {
            None => Some(None),
            Some(Ok(value)) => Some(Some(value)),
            Some(Err(problem)) => given.report(problem),
        }
    }
}

impl<T> fmt::Debug for Wanted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wanted").field(&self.spec.key).finish()
    }
}

impl<T> fmt::Debug for Optional<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Optional").field(&self.0.spec.key).finish()
    }
}
