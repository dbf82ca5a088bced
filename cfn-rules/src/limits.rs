//! The limits of the work on one template. What is beyond a limit is not an error, and is said in a finding.

/// A limit of the work on one file: a row of the table in `docs/validator.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The thing that is limited.
    pub what: &'static str,
    /// The largest number of it.
    pub most: u64,
    /// The unit of the number.
    pub unit: &'static str,
    /// The finding about a file beyond the limit: a code, or the effect where there is no finding.
    pub finding: &'static str,
}

/// Declares `LIMITS`, which the code reads, and the rows of the table. A field that no code reads does not compile.
macro_rules! limits {
    ($($name:ident: $type:ty = $most:literal $unit:literal, $what:literal, $finding:literal;)*) => {
        /// The limits, by name.
        #[derive(Clone, Copy)]
        #[deny(dead_code)]
        pub(crate) struct Limits {
            $(#[doc = $what] pub(crate) $name: $type,)*
        }

        /// The limits of every run.
        pub(crate) const LIMITS: Limits = Limits { $($name: $most,)* };

        const ROWS: &[Limit] = &[$(Limit { what: $what, most: $most, unit: $unit, finding: $finding }),*];
    };
}

// Each is a multiple of what the largest honest templates need; together they keep a run below two seconds.
limits! {
    findings_of_a_rule: usize = 5_000 "findings", "findings of one rule", "the rule itself: how many more there are";
    schema_work: u64 = 5_000_000 "values", "values compared with schemas", "AL0401";
    pattern_steps: u64 = 50_000_000 "64 characters", "all matches of patterns", "AL0401";
    action_steps: u64 = 20_000_000 "characters", "patterns of actions in policies", "AL0401";
    policy_steps: u64 = 50_000_000 "characters", "policies compared with the queues that they are about", "AL0401";
    results: usize = 500_000 "values", "results of functions", "AL0401";
    condition_steps: usize = 20_000_000 "parts of conditions", "all questions about conditions", "AL0401";
    scenarios: usize = 64 "scenarios", "scenarios of one object", "none: what depends on them is unknown";
    unrolled: usize = 200_000 "values", "values that `Fn::ForEach` makes", "AL0401";
    merged_globals: usize = 200_000 "values", "values that `Globals` add to resources", "AL0401";
    embedded: usize = 500_000 "values", "documents in strings", "AL0401";
    nested_templates: usize = 50 "files", "templates of nested stacks", "AL0401";
    compared_names: usize = 400_000 "names of 16 characters", "names compared for \"did you mean\"", "none: there is no suggestion";
    cycle_steps: usize = 500_000 "steps", "search for the path of a cycle", "none: the cycle is named without its path";
}

/// Every limit of the validation of one template. Reading one has limits of its own: [`cfn_model::text::Limits`].
///
/// ```
/// assert!(cfn_rules::limits().any(|limit| limit.what == "findings of one rule" && limit.most == 5_000));
/// ```
pub fn limits() -> impl Iterator<Item = Limit> {
    let of_a_match = Limit {
        what: "one match of a pattern",
        most: cfn_pattern::MOST_STEPS,
        unit: "64 characters",
        finding: "AL0401, at the parameter whose pattern it is",
    };
    ROWS.iter().copied().chain([of_a_match])
}
