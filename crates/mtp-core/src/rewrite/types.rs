//! The allow-list of types, for casts, typed literals and column definitions.

use sqlparser::ast::{ArrayElemTypeDef, DataType, Ident, ObjectName};

use super::{
    names,
    refusal::{Refusal, ShownName},
    walk::Walker,
};

/// Types that the parser has no node of its own for. Left out: `regclass` and its kin and `oid`, which ask the
/// catalogue, and `xid`, `pg_lsn` and the like, which tell the server's state.
const CUSTOM: &[&str] = &[
    "bpchar",
    "box",
    "cidr",
    "circle",
    "citext",
    "cube",
    "daterange",
    "datemultirange",
    "halfvec",
    "hstore",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "jsonpath",
    "line",
    "lquery",
    "lseg",
    "ltree",
    "ltxtquery",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "path",
    "point",
    "polygon",
    "sparsevec",
    "timestamptz",
    "timetz",
    "tsmultirange",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsquery",
    "tsvector",
    "varbit",
    "vector",
];

impl Walker<'_> {
    /// Checks a type, and qualifies the service's own.
    pub(super) fn data_type(&mut self, data_type: &mut DataType) -> Result<(), Refusal> {
        use DataType as T;
        match data_type {
            T::Character(_)
            | T::Char(_)
            | T::CharacterVarying(_)
            | T::CharVarying(_)
            | T::Varchar(_)
            | T::Uuid
            | T::Blob(_)
            | T::Numeric(_)
            | T::Decimal(_)
            | T::Dec(_)
            | T::Float(_)
            | T::TinyInt(_)
            | T::Int2(_)
            | T::SmallInt(_)
            | T::MediumInt(_)
            | T::Int(_)
            | T::Int4(_)
            | T::Int8(_)
            | T::Integer(_)
            | T::BigInt(_)
            | T::Float4
            | T::Float64
            | T::Real
            | T::Float8
            | T::Double(_)
            | T::DoublePrecision
            | T::Bool
            | T::Boolean
            | T::Date
            | T::Time(..)
            | T::Datetime(_)
            | T::Timestamp(..)
            | T::Interval { .. }
            | T::JSON
            | T::JSONB
            | T::Text
            | T::Bytea
            | T::Bit(_)
            | T::BitVarying(_)
            | T::VarBit(_)
            | T::GeometricType(_)
            | T::TsVector
            | T::TsQuery => Ok(()),
            T::Signed
            | T::SignedInteger
            | T::Unsigned
            | T::UnsignedInteger
            | T::TinyIntUnsigned(_)
            | T::SmallIntUnsigned(_)
            | T::MediumIntUnsigned(_)
            | T::IntUnsigned(_)
            | T::IntegerUnsigned(_)
            | T::BigIntUnsigned(_)
            | T::Binary(_)
            | T::Varbinary(_)
                if self.dialect.is_mysql() =>
            {
                Ok(())
            }
            T::Array(ArrayElemTypeDef::SquareBracket(inner, _)) => self.data_type(inner),
            T::Custom(name, modifiers) => {
                let plain = |m: &String| m.bytes().all(|b| b.is_ascii_alphanumeric());
                if !modifiers.iter().all(plain) {
                    return Err(type_refused(&names::plain(name)));
                }
                self.custom_type(name)
            }
            T::Regclass => Err(type_refused("regclass")),
            other => Err(type_refused(kind(other))),
        }
    }

    fn custom_type(&mut self, name: &mut ObjectName) -> Result<(), Refusal> {
        let ident: &Ident = names::single(name)?;
        self.dialect.check_object(ident)?;
        let folded = self.dialect.folded(ident);
        if self.options.extra_types.contains(&folded) {
            self.qualify(name, &folded);
            return Ok(());
        }
        if CUSTOM.contains(&folded.as_str()) {
            Ok(())
        } else {
            Err(type_refused(&folded))
        }
    }
}

fn type_refused(name: &str) -> Refusal {
    Refusal::Type {
        name: ShownName::new(name),
    }
}

/// A word for a type that is not let through; the type itself may hold literals.
fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Enum(..) | DataType::Set(_) => "enum",
        DataType::Array(_) => "array (write type[])",
        DataType::Table(_) | DataType::NamedTable { .. } => "table",
        DataType::Struct(..) | DataType::Tuple(_) => "struct",
        _ => "of another database",
    }
}
