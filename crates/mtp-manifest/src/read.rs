//! From YAML or TOML text to a checked manifest.

use serde_saphyr::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{
    error::{Error, Finding},
    manifest::Manifest,
    node::{Key, Node, Position, Value},
    validate,
};

/// Largest text of a manifest, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 256 * 1024;

/// The language a manifest is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2, one document.
    Yaml,
    /// TOML 1.0.
    Toml,
}

impl Format {
    /// The format that a file's ending tells: `yaml`, `yml` or `toml`.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// Every mistake of the text, each with its place. Only what keeps the text from being read at all (its syntax,
    /// its size) stands alone.
    pub fn read(text: &str, format: Format) -> Result<Self, Error> {
        if text.len() > MAX_MANIFEST_BYTES {
            let message = format!("this is larger than {MAX_MANIFEST_BYTES} bytes; shorten descriptions or routes");
            return Err(Error::new(vec![Finding::new("", Position::START, message)]));
        }
        let root = match format {
            Format::Yaml => yaml(text),
            Format::Toml => toml(text),
        };
        root.and_then(|root| validate::manifest(&root)).map_err(Error::new)
    }

    /// [`Manifest::read`] of YAML.
    ///
    /// # Errors
    /// Like [`Manifest::read`].
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        Self::read(text, Format::Yaml)
    }

    /// [`Manifest::read`] of TOML.
    ///
    /// # Errors
    /// Like [`Manifest::read`].
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::read(text, Format::Toml)
    }
}

/// Most values in a YAML text, aliases written out: what a manifest at all its bounds needs, and no bomb of aliases.
const MAX_YAML_NODES: usize = 20_000;
/// Deepest nesting; a manifest needs five levels.
const MAX_DEPTH: usize = 16;

fn yaml(text: &str) -> Result<Node, Vec<Finding>> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_YAML_NODES,
            max_events: 4 * MAX_YAML_NODES,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_YAML_NODES },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Spanned<Value>>(text, options)
        .map(Node::from)
        .map_err(|error| {
            let at = error.location().map_or(Position::START, Position::from);
            vec![Finding::new("", at, yaml_message(error.without_snippet()))]
        })
}

/// The parser's message, or a plainer one where it speaks of its own options.
fn yaml_message(error: &serde_saphyr::Error) -> String {
    match error {
        serde_saphyr::Error::DuplicateMappingKey { .. } => "this member stands here twice; keep one".to_owned(),
        serde_saphyr::Error::Budget { .. } => {
            format!(
                "write one document of at most {MAX_YAML_NODES} values (aliases written out), {MAX_DEPTH} levels deep"
            )
        }
        _ => format!("this is not readable YAML: {error}"),
    }
}

fn toml(text: &str) -> Result<Node, Vec<Finding>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(Node {
            at: Position::START,
            value: toml_map(text, table.get_ref()),
        });
    }
    let finding = |error: toml::de::Error| {
        let at = error
            .span()
            .map_or(Position::START, |span| Position::of(text, span.start));
        Finding::new("", at, format!("this is not readable TOML: {}", error.message()))
    };
    Err(errors.into_iter().take(validate::MAX_FINDINGS).map(finding).collect())
}

fn toml_map(text: &str, table: &DeTable<'_>) -> Value {
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let key_at = Position::of(text, key.span().start);
        let name: &std::borrow::Cow<'_, str> = key.get_ref();
        (
            Key {
                at: key_at,
                name: name.as_ref().to_owned(),
            },
            toml_node(text, value),
        )
    };
    Value::Map(table.iter().map(member).collect())
}

fn toml_node(text: &str, spanned: &toml::Spanned<DeValue<'_>>) -> Node {
    let value = match spanned.get_ref() {
        DeValue::String(value) => Value::Text(value.as_ref().to_owned()),
        // What even 128 bits do not hold is above every limit, like the largest that they do.
        DeValue::Integer(value) => Value::Int(i128::from_str_radix(value.as_str(), value.radix()).unwrap_or(i128::MAX)),
        DeValue::Float(_) => Value::Float,
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => Value::List(items.iter().map(|item| toml_node(text, item)).collect()),
        DeValue::Table(table) => toml_map(text, table),
    };
    Node {
        at: Position::of(text, spanned.span().start),
        value,
    }
}
