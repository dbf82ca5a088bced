//! "Did you mean" for names.

/// "did you mean ..." for the candidate that a name is most likely a misspelling of, if there is one.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // A third of the characters may be wrong.
    let most = (name.chars().count() / 3).max(1);
    let distances = candidates.into_iter().map(|candidate| {
        let distance = strsim::osa_distance(&name.to_lowercase(), &candidate.to_lowercase());
        (distance, candidate)
    });
    // Every name of one letter is one edit away from every other.
    let is_near = |distance: usize| distance <= most && (distance == 0 || name.len() > 1);
    let (_, nearest) = distances.filter(|(distance, _)| is_near(*distance)).min()?;
    Some(format!("did you mean `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_misspellings_and_nothing_far_away() {
        let ids = ["Notify", "Render", "Resize"];
        let help = |name| did_you_mean(name, ids);
        assert_eq!(help("Notfy").as_deref(), Some("did you mean `Notify`?"));
        assert_eq!(help("render").as_deref(), Some("did you mean `Render`?"));
        assert_eq!(help("Mail"), None);
        assert_eq!(did_you_mean("B", ["A"]), None);
    }
}
