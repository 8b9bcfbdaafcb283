//! Finding lines of the exposition, and changing them.

/// Whether a line is about a family, whatever its prefix: HELP, TYPE or a sample.
pub(super) fn names(line: &str, family: &str) -> bool {
    let name = line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ");
    name.trim_start_matches("sms_blossom_").starts_with(family)
}

pub(super) fn sample_of(line: &str, family: &str) -> bool {
    !line.starts_with('#') && names(line, family)
}

/// Gives the family's series with that part one value.
pub(super) fn set(lines: &mut [String], family: &str, part: &str, value: &str) {
    for line in lines
        .iter_mut()
        .filter(|line| sample_of(line, family) && line.contains(part))
    {
        change_value(line, value);
    }
}

pub(super) fn change_value(line: &mut String, value: &str) {
    if let Some(space) = line.rfind(' ') {
        line.truncate(space + 1);
        line.push_str(value);
    }
}

pub(super) fn replace(lines: &mut [String], kind: &str, family: &str, from: &str, to: &str) {
    for line in lines
        .iter_mut()
        .filter(|line| line.starts_with(kind) && names(line, family))
    {
        *line = line.replace(from, to);
    }
}
