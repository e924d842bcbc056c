//! A table of forged and malformed tokens: none is believed, none is a fault of ours.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey};
use mtp_core::Secret;
use mtp_middleware::{
    Chain, IdentityProvider, OwnTokens, ProviderKeyError, Resolvers, RouteTable, SigningKey, TokenVerifier,
};

use crate::support::{
    AUDIENCE, ISSUER, PROVIDER, SECRET, World, b64, bearer, eddsa, get, hs256, notes, plenty, send, signed,
};

const TENANT: &str = "suspended";

/// Claims of a provider's token that is good, as text to be spoilt. Members given replace or add.
fn claims(changes: &[(&str, Option<&str>)]) -> String {
    claims_of(PROVIDER, changes)
}

fn claims_of(issuer: &str, changes: &[(&str, Option<&str>)]) -> String {
    let now = Utc::now().timestamp();
    let mut members: Vec<(String, String)> = [
        ("iss", format!("\"{issuer}\"")),
        ("aud", format!("\"{AUDIENCE}\"")),
        ("sub", "\"ada\"".to_owned()),
        ("tenant_id", format!("\"{TENANT}\"")),
        ("iat", now.to_string()),
        ("exp", (now + 300).to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (name, value) in changes {
        members.retain(|(known, _)| known != name);
        if let Some(value) = value {
            members.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(der)
    )
}

/// Spoils the last part in every way that keeps its length.
fn with_signature(token: &str, signature: &str) -> String {
    let (message, _) = token.rsplit_once('.').unwrap();
    format!("{message}.{signature}")
}

#[expect(clippy::too_many_lines, reason = "one table, a row for each forgery")]
fn table(world: &World) -> Vec<(&'static str, String)> {
    let now = Utc::now().timestamp();
    let good = hs256(HEADER, &claims(&[]));
    let own = world.token(TENANT);
    let parts: Vec<&str> = good.split('.').collect();
    let uid = world.directory.uid(TENANT);
    let kid = world.key.kid();
    let at = format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#);
    let tuid = format!("\"{uid}\"");
    let ours = |changes: &[(&str, Option<&str>)]| {
        let mut all = vec![("tuid", Some(tuid.as_str()))];
        all.extend_from_slice(changes);
        claims_of(ISSUER, &all)
    };
    let stranger = SigningKey::generate(Utc::now() + Duration::days(1)).unwrap();
    let public = EncodingKey::from_secret(world.own.jwks()["keys"][0]["x"].as_str().unwrap().as_bytes());
    let unsigned = |header: &str| format!("{}.{}.", b64(header.as_bytes()), parts[1]);
    let spoiled = |name: &'static str, value: &str| hs256(HEADER, &claims(&[(name, Some(value))]));
    let without = |name: &'static str| hs256(HEADER, &claims(&[(name, None)]));
    let twice = |extra: &str| {
        let all = claims(&[]);
        hs256(HEADER, &format!("{},{extra}}}", all.strip_suffix('}').unwrap()))
    };
    let header = |extra: &str| hs256(&format!(r#"{{"alg":"HS256",{extra}}}"#), &claims(&[]));
    vec![
        ("alg none, no signature", unsigned(r#"{"alg":"none"}"#)),
        ("alg noNE", unsigned(r#"{"alg":"noNE"}"#)),
        (
            "alg none, kept signature",
            format!("{}{}", unsigned(r#"{"alg":"none"}"#), parts[2]),
        ),
        ("alg HS256, no signature", unsigned(HEADER)),
        (
            "alg in lower case",
            format!("{}.{}.{}", b64(br#"{"alg":"hs256"}"#), parts[1], parts[2]),
        ),
        ("alg absent", hs256(r#"{"typ":"JWT"}"#, &claims(&[]))),
        ("alg a list", hs256(r#"{"alg":["HS256"]}"#, &claims(&[]))),
        ("alg null", hs256(r#"{"alg":null}"#, &claims(&[]))),
        ("alg twice", hs256(r#"{"alg":"none","alg":"HS256"}"#, &claims(&[]))),
        (
            "another secret",
            signed(
                HEADER,
                &claims(&[]),
                &EncodingKey::from_secret(b"another secret, long enough as well"),
                Algorithm::HS256,
            ),
        ),
        (
            "empty secret",
            signed(HEADER, &claims(&[]), &EncodingKey::from_secret(b""), Algorithm::HS256),
        ),
        (
            "HS384 with the right secret",
            signed(
                r#"{"alg":"HS384"}"#,
                &claims(&[]),
                &EncodingKey::from_secret(SECRET.as_bytes()),
                Algorithm::HS384,
            ),
        ),
        (
            "HS512 with the right secret",
            signed(
                r#"{"alg":"HS512"}"#,
                &claims(&[]),
                &EncodingKey::from_secret(SECRET.as_bytes()),
                Algorithm::HS512,
            ),
        ),
        (
            "our public key as a secret",
            signed(
                &format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
                &ours(&[]),
                &public,
                Algorithm::HS256,
            ),
        ),
        (
            "the provider's secret under our kid",
            hs256(
                &format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
                &ours(&[]),
            ),
        ),
        (
            "our key for the provider",
            eddsa(&world.key, r#"{"alg":"EdDSA","typ":"at+jwt"}"#, &claims(&[])),
        ),
        ("a stranger's key under our kid", eddsa(&stranger, &at, &ours(&[]))),
        (
            "a stranger's key under its kid",
            eddsa(
                &stranger,
                &format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, stranger.kid()),
                &ours(&[]),
            ),
        ),
        (
            "our token without a type",
            eddsa(&world.key, &format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), &ours(&[])),
        ),
        (
            "our token as JWT",
            eddsa(
                &world.key,
                &format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}}"#),
                &ours(&[]),
            ),
        ),
        (
            "ours of another issuer",
            eddsa(
                &world.key,
                &at,
                &ours(&[("iss", Some("\"https://elsewhere.example\""))]),
            ),
        ),
        (
            "ours for another audience",
            eddsa(&world.key, &at, &ours(&[("aud", Some("\"chat\""))])),
        ),
        ("ours without tuid", eddsa(&world.key, &at, &ours(&[("tuid", None)]))),
        (
            "ours with another's tuid",
            eddsa(
                &world.key,
                &at,
                &ours(&[("tuid", Some("\"00000000-0000-7000-8000-000000000000\""))]),
            ),
        ),
        (
            "ours with tuid null",
            eddsa(&world.key, &at, &ours(&[("tuid", Some("null"))])),
        ),
        ("ours without iat", eddsa(&world.key, &at, &ours(&[("iat", None)]))),
        (
            "ours with an odd pwd",
            eddsa(&world.key, &at, &ours(&[("pwd", Some("\"fine\""))])),
        ),
        (
            "kid that is a path",
            eddsa(
                &world.key,
                r#"{"alg":"EdDSA","typ":"at+jwt","kid":"../../dev/null"}"#,
                &ours(&[]),
            ),
        ),
        (
            "kid that is SQL",
            eddsa(
                &world.key,
                r#"{"alg":"EdDSA","typ":"at+jwt","kid":"x' UNION SELECT 'y"}"#,
                &ours(&[]),
            ),
        ),
        (
            "kid twice",
            eddsa(
                &stranger,
                &format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"x","kid":"{kid}"}}"#),
                &ours(&[]),
            ),
        ),
        ("signature of zeros (EdDSA)", with_signature(&own, &b64(&[0; 64]))),
        ("signature of zeros (HS256)", with_signature(&good, &b64(&[0; 32]))),
        ("signature cut", with_signature(&good, &parts[2][..20])),
        (
            "signature of another token",
            with_signature(&hs256(HEADER, &claims(&[("sub", Some("\"eve\""))])), parts[2]),
        ),
        (
            "claims of another token",
            format!(
                "{}.{}.{}",
                parts[0],
                b64(claims(&[("sub", Some("\"eve\""))]).as_bytes()),
                parts[2]
            ),
        ),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.{}", parts[2])),
        ("five parts (JWE)", "e30.e30.e30.e30.e30".to_owned()),
        ("empty header", format!(".{}.{}", parts[1], parts[2])),
        ("empty claims", format!("{}..{}", parts[0], parts[2])),
        ("only dots", "..".to_owned()),
        ("padding", format!("{good}=")),
        ("standard base64", with_signature(&good, "+/+/+/+/")),
        ("braces", "{\"alg\":\"HS256\"}.{}.x".to_owned()),
        ("a space within", good.replacen('.', ". ", 1)),
        (
            "JSON serialisation",
            format!(
                r#"{{"protected":"{}","payload":"{}","signature":"{}"}}"#,
                parts[0], parts[1], parts[2]
            ),
        ),
        ("header no JSON", hs256("alg=HS256", &claims(&[]))),
        ("header a list", hs256(r#"["HS256"]"#, &claims(&[]))),
        ("claims no JSON", hs256(HEADER, "sub=ada")),
        ("claims a list", hs256(HEADER, "[]")),
        ("claims with a tail", hs256(HEADER, &format!("{} {{}}", claims(&[])))),
        ("crit", header(r#""crit":["exp"]"#)),
        ("crit empty", header(r#""crit":[]"#)),
        ("b64 false", header(r#""b64":false"#)),
        ("jku", header(r#""jku":"https://evil.example/keys""#)),
        ("jwk", header(r#""jwk":{"kty":"oct","k":"AAAA"}"#)),
        ("x5u", header(r#""x5u":"http://169.254.169.254/""#)),
        ("x5c", header(r#""x5c":["AAAA"]"#)),
        ("zip", header(r#""zip":"DEF""#)),
        ("p2c", header(r#""p2c":2147483647"#)),
        ("nested", header(r#""cty":"JWT""#)),
        ("an ID token's type", header(r#""typ":"id_token+jwt""#)),
        ("a sign-out token's type", header(r#""typ":"logout+jwt""#)),
        ("exp absent", without("exp")),
        ("exp past", spoiled("exp", &(now - 120).to_string())),
        ("exp a text", spoiled("exp", &format!("\"{}\"", now + 300))),
        ("exp null", spoiled("exp", "null")),
        ("exp negative", spoiled("exp", "-1")),
        ("exp huge", spoiled("exp", "1e300")),
        ("exp past the calendar", spoiled("exp", "18446744073709551615")),
        ("exp true", spoiled("exp", "true")),
        ("exp twice", twice(&format!("\"exp\":{}", now + 900))),
        ("nbf to come", spoiled("nbf", &(now + 120).to_string())),
        ("nbf a text", spoiled("nbf", "\"soon\"")),
        ("iat to come", spoiled("iat", &(now + 120).to_string())),
        ("iat a text", spoiled("iat", "\"now\"")),
        (
            "undated and long-lived",
            hs256(
                HEADER,
                &claims(&[("iat", None), ("exp", Some(&(now + 90_000).to_string()))]),
            ),
        ),
        ("older than its tenant", spoiled("iat", &(now - 86_400).to_string())),
        ("iss absent", without("iss")),
        ("iss another", spoiled("iss", "\"https://elsewhere.example\"")),
        ("iss ours, by the provider", spoiled("iss", &format!("\"{ISSUER}\""))),
        (
            "iss a list with the right one",
            spoiled("iss", &format!("[\"https://evil.example\",\"{PROVIDER}\"]")),
        ),
        ("iss twice", twice("\"iss\":\"https://evil.example\"")),
        ("aud absent", without("aud")),
        ("aud another", spoiled("aud", "\"chat\"")),
        ("aud empty", spoiled("aud", "[]")),
        ("aud a number", spoiled("aud", "7")),
        ("aud null", spoiled("aud", "null")),
        ("sub absent", without("sub")),
        ("sub empty", spoiled("sub", "\"\"")),
        ("sub a number", spoiled("sub", "7")),
        ("sub with a line break", spoiled("sub", "\"a\\nb\"")),
        ("tenant_id absent", without("tenant_id")),
        ("tenant_id malformed", spoiled("tenant_id", "\"../suspended\"")),
        ("tenant_id a list", spoiled("tenant_id", "[\"suspended\"]")),
        ("tenant_id twice", twice("\"tenant_id\":\"active\"")),
        ("tenant_id twice, one escaped", twice("\"tenant\\u005fid\":\"active\"")),
        ("scope a number", spoiled("scope", "7")),
        ("scope of numbers", spoiled("scope", "[7]")),
        ("too long", spoiled("pad", &format!("\"{}\"", "x".repeat(9000)))),
        ("too many members", {
            let many: Vec<String> = (0..200).map(|n| format!("\"m{n}\":0")).collect();
            twice(&many.join(","))
        }),
        ("non-ASCII", format!("{good}\u{e9}")),
    ]
}

#[tokio::test]
async fn none_is_believed() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    // The controls: what is spoilt below is good as it stands, and its tenant answers.
    let header = r#"{"alg":"HS256"}"#;
    let now = Utc::now().timestamp();
    for good in [
        world.token(TENANT),
        hs256(HEADER, &claims(&[])),
        hs256(header, &claims(&[])),
        hs256(r#"{"alg":"HS256","typ":"at+jwt","kid":"any"}"#, &claims(&[])),
        hs256(HEADER, &claims(&[("iat", None)])),
        // What is not read may be as deep as it likes: it costs no stack.
        hs256(
            HEADER,
            &claims(&[("pad", Some(&format!("{}{}", "[".repeat(2000), "]".repeat(2000))))]),
        ),
        hs256(
            HEADER,
            &claims(&[("aud", Some(r#"["chat","notes"]"#)), ("scope", Some("\"read write\""))]),
        ),
        hs256(
            HEADER,
            &claims(&[
                ("exp", Some(&format!("{}.5", now + 300))),
                ("nbf", Some(&now.to_string())),
            ]),
        ),
        hs256(
            HEADER,
            &claims(&[("scope", Some(r#"["read"]"#)), ("more", Some(r#"{"a":{"a":1}}"#))]),
        ),
    ] {
        let seen = send(&app, bearer("/notes", &good)).await;
        assert_eq!(seen.kind(), "tenant-suspended", "{good}");
    }
    let nothing = send(&app, get("/notes")).await.whole();
    let table = table(&world);
    assert!(table.len() >= 100, "{}", table.len());
    for (what, token) in table {
        let seen = send(&app, bearer("/notes", &token)).await;
        assert_eq!(seen.whole(), nothing, "{what}");
    }
}

#[tokio::test]
async fn every_character_of_a_token_counts() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    for good in [world.token(TENANT), hs256(HEADER, &claims(&[]))] {
        assert_eq!(send(&app, bearer("/notes", &good)).await.status, 403);
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(send(&app, bearer("/notes", &changed)).await.status, 401, "{at}");
        }
    }
}

#[tokio::test]
async fn one_key_has_one_algorithm() {
    let world = World::new();
    let rsa = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let rsa_public = AsDer::<PublicKeyX509Der<'_>>::as_der(rsa.public_key()).unwrap();
    let rsa_pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&rsa).unwrap();
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let ec_public = AsDer::<PublicKeyX509Der<'_>>::as_der(ec.public_key()).unwrap();
    let ec_pkcs8 = ec.to_pkcs8v1().unwrap();
    let private = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(rsa_pkcs8.as_ref())
    );
    let rsa_sign = EncodingKey::from_rsa_pem(private.as_bytes()).unwrap();
    let ec_sign = EncodingKey::from_ec_der(ec_pkcs8.as_ref());
    for (public, key, algorithm, name, others) in [
        (
            rsa_public.as_ref(),
            &rsa_sign,
            Algorithm::RS256,
            "RS256",
            [Algorithm::RS384, Algorithm::PS256],
        ),
        (
            ec_public.as_ref(),
            &ec_sign,
            Algorithm::ES256,
            "ES256",
            [Algorithm::ES256, Algorithm::ES256],
        ),
    ] {
        let pem = pem(public);
        let provider = IdentityProvider::public_key_pem(&pem, PROVIDER, AUDIENCE).unwrap();
        let app = Chain::new(std::sync::Arc::clone(&world.directory) as _)
            .tenant(Resolvers::all(None))
            .auth(TokenVerifier::new(std::sync::Arc::clone(&world.own)).provider(provider))
            .rate_limit(plenty())
            .wrap(notes());
        let good = signed(&format!(r#"{{"alg":"{name}"}}"#), &claims(&[]), key, algorithm);
        assert_eq!(
            send(&app, bearer("/notes", &good)).await.kind(),
            "tenant-suspended",
            "{name}"
        );
        let mut forged = vec![
            // The public key, in each of its forms, as a shared secret.
            signed(
                HEADER,
                &claims(&[]),
                &EncodingKey::from_secret(pem.as_bytes()),
                Algorithm::HS256,
            ),
            signed(
                HEADER,
                &claims(&[]),
                &EncodingKey::from_secret(public),
                Algorithm::HS256,
            ),
            signed(
                HEADER,
                &claims(&[]),
                &EncodingKey::from_secret(SECRET.as_bytes()),
                Algorithm::HS256,
            ),
            // r = s = 0 (the psychic signature), and all ones.
            with_signature(&good, &b64(&[0; 64])),
            with_signature(&good, &b64(&[0xff; 64])),
            with_signature(&good, &b64(&[0; 256])),
        ];
        for other in others.into_iter().filter(|other| *other != algorithm) {
            forged.push(signed(&format!(r#"{{"alg":"{other:?}"}}"#), &claims(&[]), key, other));
        }
        for token in forged {
            assert_eq!(send(&app, bearer("/notes", &token)).await.status, 401, "{token}");
        }
    }
    let refused = |pem: &str| IdentityProvider::public_key_pem(pem, PROVIDER, AUDIENCE).unwrap_err();
    assert_eq!(refused(&private), ProviderKeyError::Private);
    assert_eq!(
        refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        ProviderKeyError::Pem
    );
    assert_eq!(refused(""), ProviderKeyError::Pem);
    // RSA of 1024 bits, made with `openssl genrsa 1024 | openssl rsa -pubout`.
    assert_eq!(refused(include_str!("rsa1024.pem")), ProviderKeyError::Pem);
    let secret = |text: &str, iss, aud| IdentityProvider::hs256(&Secret::new(text), iss, aud).unwrap_err();
    assert_eq!(secret("short", PROVIDER, AUDIENCE), ProviderKeyError::ShortSecret);
    assert_eq!(
        secret(&pem(rsa_public.as_ref()), PROVIDER, AUDIENCE),
        ProviderKeyError::Pem
    );
    assert_eq!(secret(SECRET, "", AUDIENCE), ProviderKeyError::Unbound);
    assert_eq!(secret(SECRET, PROVIDER, " "), ProviderKeyError::Unbound);
}

#[tokio::test]
async fn keys_rotate_and_end() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    let old = world.token(TENANT);
    let next = SigningKey::generate(Utc::now() + Duration::days(60)).unwrap();
    world.own.replace(&[world.key.clone(), next.clone()]).unwrap();
    let new = world.token(TENANT);
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert_eq!(
        (kid(&old), kid(&new)),
        (world.key.kid().to_owned(), next.kid().to_owned())
    );
    for token in [&old, &new] {
        assert_eq!(send(&app, bearer("/notes", token)).await.status, 403);
    }
    assert_eq!(world.own.jwks()["keys"].as_array().unwrap().len(), 2);
    world.own.replace(std::slice::from_ref(&next)).unwrap();
    assert_eq!(
        send(&app, bearer("/notes", &old)).await.status,
        401,
        "also out of the cache"
    );
    assert_eq!(send(&app, bearer("/notes", &new)).await.status, 403);
    // A key whose time is over verifies and signs nothing, and is not published.
    let past = SigningKey::from_pkcs8(next.pkcs8().clone(), Utc::now() - Duration::seconds(1)).unwrap();
    world.own.replace(&[past]).unwrap();
    assert_eq!(send(&app, bearer("/notes", &new)).await.status, 401);
    assert_eq!(world.own.jwks(), serde_json::json!({"keys": []}));
    assert!(
        OwnTokens::new(ISSUER, AUDIENCE, &[]).unwrap().jwks()["keys"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(SigningKey::from_pkcs8(vec![1, 2, 3].into(), Utc::now()).is_err());
}

#[test]
fn nothing_shows_its_keys() {
    use secrecy::ExposeSecret;
    let world = World::new();
    let provider = IdentityProvider::hs256(&Secret::new(SECRET), PROVIDER, AUDIENCE).unwrap();
    let verifier = TokenVerifier::new(std::sync::Arc::clone(&world.own)).provider(provider);
    let shown = format!("{:?} {:?} {:?} {:?}", world.key, world.own, verifier, world.own.jwks());
    assert!(!shown.contains(SECRET));
    let pkcs8 = world.key.pkcs8().expose_secret();
    for secret in [
        b64(pkcs8),
        STANDARD.encode(pkcs8),
        b64(&pkcs8[16..48]),
        format!("{pkcs8:?}"),
    ] {
        assert!(!shown.contains(&secret));
    }
}
