//! Reads `.env` files, the way people write them by hand.
//!
//! Our own, because the usual crate substitutes `$NAME` inside values: a password with a `$` in it would arrive as
//! another password. Here a value is what stands there; only the quotes around it are taken off.

use super::Problem;

/// The variables of a file in the order of its lines, and its lines that are none.
///
/// * `NAME=value`, with or without `export` before it; blanks around the name and the value do not count.
/// * A value in double or single quotes is taken as it is, `#`, `$` and backslashes included. It ends at the first
///   such quote with nothing but a comment after it, so `"a"b"` is `a"b`. It does not go on in the next line.
/// * Otherwise a `#` after a blank begins a comment.
pub(super) fn parse(text: &str) -> (Vec<(String, String)>, Vec<Problem>) {
    let mut variables = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match assignment(line) {
            Ok(variable) => variables.push(variable),
            // The line is not shown: it may hold a secret.
            Err(fault) => problems.push(Problem::new(
                format!(".env line {}", index + 1),
                fault,
                "NAME=value, the value in quotes where it has blanks around it or ` #` in it",
            )),
        }
    }
    (variables, problems)
}

fn assignment(line: &str) -> Result<(String, String), &'static str> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=').ok_or("a line without `=`")?;
    let name = name.trim();
    if !is_name(name) {
        return Err("a name that is not made of letters, digits and `_`");
    }
    let value = value.trim();
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(value, quote).ok_or("a quote that does not end in its line")?,
        _ => without_comment(value),
    };
    Ok((name.to_owned(), value.to_owned()))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn quoted(value: &str, quote: char) -> Option<&str> {
    let inner = value.strip_prefix(quote)?;
    inner.match_indices(quote).find_map(|(end, _)| {
        let (content, rest) = inner.split_at(end);
        let rest = rest.strip_prefix(quote)?;
        let is_end =
            rest.trim().is_empty() || (rest.starts_with(char::is_whitespace) && rest.trim().starts_with('#'));
        is_end.then_some(content)
    })
}

fn without_comment(value: &str) -> &str {
    value
        .match_indices('#')
        .filter_map(|(at, _)| value.get(..at))
        .find(|before| before.is_empty() || before.ends_with(char::is_whitespace))
        .map_or(value, str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn value_of(line: &str) -> String {
        let (variables, problems) = parse(line);
        assert_eq!(problems, []);
        variables[0].1.clone()
    }

    #[test]
    fn a_value_with_quotes_and_dollars_survives() {
        assert_eq!(value_of(r#"A="p$a${b}'s \n #1""#), r"p$a${b}'s \n #1");
        assert_eq!(value_of(r#"A='say "$HOME"'"#), r#"say "$HOME""#);
        assert_eq!(value_of(r#"A="a"b""#), r#"a"b"#);
        assert_eq!(value_of("A=pa$$w0rd#1"), "pa$$w0rd#1");
        assert_eq!(value_of("A=it's # a comment"), "it's");
        assert_eq!(value_of("A='it''s'\t# a comment"), "it''s");
        assert_eq!(value_of("A=key=with=equals=="), "key=with=equals==");
    }

    #[test]
    fn comments_blanks_and_export_do_not_count() {
        let text =
            "\u{feff}# top\r\n\r\nexport A = one # rest\r\n  B='two' # \"rest\"\r\nC=\r\nD= # none\r\n";
        let (variables, problems) = parse(text);
        assert_eq!(problems, []);
        let expected = [("A", "one"), ("B", "two"), ("C", ""), ("D", "")];
        assert_eq!(variables, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_line_that_is_no_assignment_is_named_but_not_shown() {
        let (variables, problems) = parse("A=1\nsecret-value\n1X=secret-value\nB=\"secret-value\n");
        assert_eq!(variables.len(), 1);
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with(".env line 2: found a line without `=`"));
        assert!(lines[1].starts_with(".env line 3: found a name"));
        assert!(lines[2].starts_with(".env line 4: found a quote"));
        assert!(!lines.concat().contains("secret-value"));
    }
}
