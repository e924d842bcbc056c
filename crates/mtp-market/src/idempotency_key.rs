//! The header `Idempotency-Key`.

use http::HeaderMap;
use mtp_middleware::Problem;

use crate::limits::MAX_IDEMPOTENCY_KEY_BYTES;

const NAME: &str = "idempotency-key";
const RULE: &str = "Idempotency-Key is one quoted text of printable ASCII, or the same without quotes and spaces";

/// Reads the key: a structured-field string (draft-ietf-httpapi-idempotency-key-header-07; RFC 8941 §3.3.3), or a bare
/// text, since most clients send one. Both forms of a text are the same key.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(NAME).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::bad_request("the header Idempotency-Key must come once"));
    }
    let key = value
        .to_str()
        .ok()
        .and_then(|text| read(text.trim()))
        .ok_or_else(|| Problem::bad_request(RULE))?;
    if key.is_empty() || key.len() > MAX_IDEMPOTENCY_KEY_BYTES {
        return Err(Problem::bad_request(format!(
            "Idempotency-Key has 1 to {MAX_IDEMPOTENCY_KEY_BYTES} bytes"
        )));
    }
    Ok(Some(key))
}

fn read(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        return text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';'))
            .then(|| text.to_owned());
    };
    let mut key = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => match chars.next()? {
                c @ ('"' | '\\') => key.push(c),
                _ => return None,
            },
            c if c == ' ' || c.is_ascii_graphic() => key.push(c),
            _ => return None,
        }
    }
    // Parameters are allowed by the form and mean nothing here.
    let rest = chars.as_str();
    (rest.is_empty() || rest.starts_with(';')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Option<String>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, text.parse().unwrap());
        idempotency_key(&headers).map_err(|p| p.status().as_u16())
    }

    #[test]
    fn quoted_and_bare_are_one() {
        for text in ["\"8e03978e\"", "8e03978e", " \"8e03978e\" ", "\"8e03978e\";a=1"] {
            assert_eq!(of(text), Ok(Some("8e03978e".into())), "{text}");
        }
        assert_eq!(of(r#""a \"b\" \\c""#), Ok(Some(r#"a "b" \c"#.into())));
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "x".repeat(MAX_IDEMPOTENCY_KEY_BYTES + 1);
        for text in [
            "",
            "\"\"",
            "\"open",
            "\"a\"b",
            r#""a\b""#,
            "a b",
            "a\"b",
            "a,b",
            &long,
            &format!("\"{long}\""),
        ] {
            assert_eq!(of(text), Err(400), "{text}");
        }
        let mut twice = HeaderMap::new();
        twice.append(NAME, "a".parse().unwrap());
        twice.append(NAME, "a".parse().unwrap());
        assert!(idempotency_key(&twice).is_err());
    }
}
