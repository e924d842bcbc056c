//! The allow-lists of functions.
//!
//! On the lists: what computes from its arguments alone, or reads the clock or randomness. Left out: whatever reads
//! the catalogue, the session, files, other databases or sequences, runs text, takes locks, sleeps, or tells the
//! server's state.

use std::{collections::HashSet, sync::LazyLock};

use super::dialect::Dialect;

/// All databases.
const COMMON: &str = "abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling coalesce concat concat_ws cos cosh \
    count cume_dist current_date current_time current_timestamp degrees dense_rank exp first_value floor format \
    json_array json_object lag last_value lead length ln log log10 lower ltrim max min mod nth_value ntile nullif \
    octet_length percent_rank pi pow power radians random rank replace round row_number rtrim sign sin sinh sqrt \
    string_agg substr substring sum tan tanh trim trunc upper";

/// PostgreSQL: strings, numbers, dates, JSON, arrays, ranges, full text, hashes, network addresses, aggregates.
const POSTGRES: &str = "abbrev acosd age any_value array array_agg array_append array_cat array_dims array_fill \
    array_length array_lower array_ndims array_position array_positions array_prepend array_remove array_replace \
    array_sample array_shuffle array_sort array_reverse array_to_json array_to_string array_to_tsvector array_upper \
    ascii asind atan2d atand bit_and bit_count bit_length bit_or bit_xor bool_and bool_or box broadcast btrim bytea \
    cardinality casefold cbrt char_length character_length chr circle clock_timestamp convert_from convert_to corr \
    cosd cot cotd covar_pop covar_samp crypt cube_distance daterange date date_add date_bin date_part date_subtract \
    date_trunc datemultirange decode diagonal diameter difference digest div dmetaphone encode erf erfc every \
    extract factorial family float4 float8 gamma gcd gen_random_bytes gen_random_uuid gen_salt generate_subscripts \
    get_bit get_byte greatest grouping halfvec_distance height hmac host hostmask inet_merge inet_same_family \
    initcap inner_product int2 int4 int4multirange int4range int8 int8multirange int8range intersect isempty \
    isfinite isclosed isopen json_agg json_agg_strict json_array_length json_arrayagg json_build_array \
    json_build_object json_exists json_extract_path json_extract_path_text json_object_agg json_object_agg_strict \
    json_object_agg_unique json_objectagg json_query json_scalar json_serialize json_strip_nulls json_typeof \
    json_value jsonb jsonb_agg jsonb_agg_strict jsonb_array_length jsonb_build_array jsonb_build_object \
    jsonb_concat jsonb_contains jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object \
    jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_path_exists jsonb_path_exists_tz \
    jsonb_path_match jsonb_path_match_tz jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first \
    jsonb_path_query_first_tz jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof \
    justify_days justify_hours justify_interval l1_distance l2_distance l2_norm l2_normalize cosine_distance \
    hamming_distance jaccard_distance vector_dims vector_norm subvector binary_quantize \
    lcm least left levenshtein levenshtein_less_equal lgamma localtime localtimestamp lower_inc lower_inf lpad lseg \
    macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz masklen md5 metaphone \
    min_scale mode multirange netmask network normalize now num_nonnulls num_nulls numeric numnode nummultirange \
    numrange overlay parse_ident path percentile_cont percentile_disc phraseto_tsquery plainto_tsquery point polygon \
    position pg_column_size pg_typeof quote_ident quote_literal quote_nullable radius range_agg \
    range_intersect_agg range_merge regexp_count regexp_instr regexp_like regexp_match regexp_replace regexp_substr \
    regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat reverse right \
    row row_to_json rpad scale set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 show_trgm \
    similarity sind slope soundex split_part starts_with statement_timestamp stddev stddev_pop stddev_samp \
    strict_word_similarity string_to_array strip strpos tand text timeofday timestamp timestamptz timezone \
    to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp to_tsquery to_tsvector \
    transaction_timestamp translate trim_array trim_scale ts_delete ts_filter ts_headline ts_rank ts_rank_cd \
    tsmultirange tsquery_phrase tsrange tstzmultirange tstzrange tsvector_to_array unaccent unicode_assigned unistr \
    upper_inc upper_inf uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7 uuid_generate_v4 var_pop var_samp \
    variance websearch_to_tsquery width width_bucket word_similarity";

/// PostgreSQL: functions that give rows, in FROM or in a select list.
const POSTGRES_SETS: &str = "generate_series generate_subscripts json_array_elements json_array_elements_text \
    json_each json_each_text json_object_keys json_populate_record json_populate_recordset json_to_record \
    json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys \
    jsonb_path_query jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_to_record \
    jsonb_to_recordset regexp_matches regexp_split_to_array regexp_split_to_table string_to_table unnest";

/// SQLite: core, date, JSON and aggregate functions.
const SQLITE: &str = "char date datetime glob group_concat hex ifnull iif if instr json json_array_insert \
    json_array_length json_error_position json_extract json_group_array json_group_object json_insert json_patch \
    json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array jsonb_extract \
    jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set \
    julianday like likelihood likely log2 median printf percentile percentile_cont percentile_disc quote \
    randomblob soundex strftime time timediff total typeof unhex unicode unistr unixepoch unlikely";

/// SQLite: table-valued functions.
const SQLITE_SETS: &str = "json_each json_tree jsonb_each jsonb_tree generate_series";

/// The MySQL wire: strings, numbers, dates, JSON, hashes, aggregates, windows, geometry. Left out beside the rest:
/// `LAST_INSERT_ID`, `FOUND_ROWS` and `ROW_COUNT`, which tell of the statement before, perhaps another tenant's;
/// `UUID_SHORT`, which counts all tenants' calls; `EXTRACTVALUE` and `UPDATEXML`.
const MYSQL: &str = "adddate addtime aes_decrypt aes_encrypt any_value ascii bin bit_and bit_count bit_length bit_or \
    bit_xor cast char char_length character_length chr compress conv convert convert_tz cot crc32 curdate curtime date \
    date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear default elt export_set extract \
    field find_in_set from_base64 from_days from_unixtime get_format greatest group_concat hex hour if ifnull \
    inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval is_ipv4 is_ipv6 is_uuid isnull json_array_append \
    json_array_insert json_array_intersect json_arrayagg json_compact json_contains json_contains_path json_depth \
    json_detailed json_equals json_exists json_extract json_insert json_keys json_length json_loose json_merge_patch \
    json_merge_preserve json_normalize json_objectagg json_overlaps json_pretty json_query json_quote json_remove \
    json_replace json_search json_set json_type json_unquote json_valid json_value last_day lcase least left locate \
    log2 lpad make_set makedate maketime md5 median microsecond mid minute month monthname natural_sort_key now nvl \
    nvl2 oct ord percentile_cont percentile_disc period_add period_diff position quarter quote rand random_bytes \
    regexp_instr regexp_like regexp_replace regexp_substr repeat reverse right rpad sec_to_time second sformat sha \
    sha1 sha2 soundex space sqrt st_asgeojson st_astext st_contains st_distance st_distance_sphere st_geomfromtext \
    st_intersects st_within st_x st_y std stddev stddev_pop stddev_samp str_to_date strcmp subdate substring_index \
    subtime sysdate time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_char \
    to_days to_seconds truncate ucase uncompress uncompressed_length unhex unix_timestamp utc_date utc_time \
    utc_timestamp uuid values var_pop var_samp variance week weekday weekofyear weight_string year yearweek";

/// Words that are calls without brackets.
const WITHOUT_BRACKETS: [&str; 5] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
];

type Names = HashSet<&'static str>;

fn names(lists: &[&'static str]) -> Names {
    lists.iter().flat_map(|list| list.split_ascii_whitespace()).collect()
}

// PostgreSQL takes row-giving functions in a select list as well.
static POSTGRES_CALLS: LazyLock<Names> = LazyLock::new(|| names(&[COMMON, POSTGRES, POSTGRES_SETS]));
static POSTGRES_TABLES: LazyLock<Names> = LazyLock::new(|| names(&[POSTGRES_SETS]));
static MYSQL_CALLS: LazyLock<Names> = LazyLock::new(|| names(&[COMMON, MYSQL]));
static SQLITE_CALLS: LazyLock<Names> = LazyLock::new(|| names(&[COMMON, SQLITE]));
static SQLITE_TABLES: LazyLock<Names> = LazyLock::new(|| names(&[SQLITE_SETS]));

impl Dialect {
    /// Whether a scalar, aggregate or window function may be called; `name` is folded.
    pub(super) fn allows_function(self, name: &str) -> bool {
        match self {
            Self::Postgres => POSTGRES_CALLS.contains(name),
            Self::MySql => MYSQL_CALLS.contains(name),
            Self::Sqlite => SQLITE_CALLS.contains(name),
        }
    }

    /// Whether a function may stand in FROM; `name` is folded.
    pub(super) fn allows_table_function(self, name: &str) -> bool {
        match self {
            Self::Postgres => POSTGRES_TABLES.contains(name),
            // JSON_TABLE has a grammar of its own.
            Self::MySql => false,
            Self::Sqlite => SQLITE_TABLES.contains(name),
        }
    }
}

/// Whether a word is a call without brackets that may be used; `name` is folded.
pub(super) fn allowed_without_brackets(name: &str) -> bool {
    WITHOUT_BRACKETS.contains(&name)
}
