//! "Did you mean": the nearest known name, when it is near enough to be a slip of the finger.

/// The candidate nearest to `given`, unless all are too far.
///
/// ```
/// assert_eq!(golive_core::nearest("databse", ["database", "queues"]), Some("database"));
/// assert_eq!(golive_core::nearest("xyz", ["database", "queues"]), None);
/// ```
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let scored = candidates
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&given, &name.to_lowercase()), name));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 > 0.8).then_some(best.1)
}
