//! The calls that show what the service does: one list, printed as a bash script and run by `--once`.

use std::fmt::Write;

/// One call and what it must answer. `{name}` in a path, header or body stands for an earlier capture.
pub(crate) struct Call {
    pub(crate) about: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: Option<&'static str>,
    pub(crate) status: u16,
    /// Members of the answer to keep: (member, name).
    pub(crate) keep: &'static [(&'static str, &'static str)],
    /// Texts that the answer must hold.
    pub(crate) holds: &'static [&'static str],
    /// Texts that the answer must not hold.
    pub(crate) lacks: &'static [&'static str],
}

const PLAIN: Call = Call {
    about: "",
    method: "GET",
    path: "/",
    headers: &[],
    body: None,
    status: 200,
    keep: &[],
    holds: &[],
    lacks: &[],
};

const MARKET: &[(&str, &str)] = &[("X-API-Key", "{MARKET_KEY}")];
const AS_A: &[(&str, &str)] = &[("Authorization", "Bearer {TOKEN_A}"), ("X-Tenant-ID", "{TENANT_A}")];
const AS_B: &[(&str, &str)] = &[("Authorization", "Bearer {TOKEN_B}"), ("X-Tenant-ID", "{TENANT_B}")];

/// What is shown, in order.
pub(crate) const CALLS: &[Call] = &[
    Call {
        about: "Is it well?",
        path: "/api/health",
        holds: &["\"status\""],
        ..PLAIN
    },
    Call {
        about: "The market provisions a tenant",
        method: "POST",
        path: "/api/tenant/webhook/auto-provision",
        headers: MARKET,
        body: Some(r#"{"name":"Acme","external_id":"order-{RUN}-1"}"#),
        status: 201,
        keep: &[
            ("tenant_id", "TENANT_A"),
            ("username", "USER_A"),
            ("password", "PASSWORD_A"),
        ],
        ..PLAIN
    },
    Call {
        about: "... and another",
        method: "POST",
        path: "/api/tenant/webhook/auto-provision",
        headers: MARKET,
        body: Some(r#"{"name":"Bolt","external_id":"order-{RUN}-2"}"#),
        status: 201,
        keep: &[
            ("tenant_id", "TENANT_B"),
            ("username", "USER_B"),
            ("password", "PASSWORD_B"),
        ],
        ..PLAIN
    },
    Call {
        about: "The service's own way to make one: ten lines over TenantManager::create",
        method: "POST",
        path: "/tenants",
        headers: MARKET,
        body: Some(r#"{"name":"Corvid"}"#),
        status: 201,
        keep: &[("tenant_id", "TENANT_C")],
        holds: &["\"url\""],
        ..PLAIN
    },
    Call {
        about: "Sign in as the first",
        method: "POST",
        path: "/api/tenant/token",
        headers: &[("X-Tenant-ID", "{TENANT_A}")],
        body: Some(r#"{"username":"{USER_A}","password":"{PASSWORD_A}"}"#),
        keep: &[("access_token", "TOKEN_A")],
        ..PLAIN
    },
    Call {
        about: "Sign in as the second",
        method: "POST",
        path: "/api/tenant/token",
        headers: &[("X-Tenant-ID", "{TENANT_B}")],
        body: Some(r#"{"username":"{USER_B}","password":"{PASSWORD_B}"}"#),
        keep: &[("access_token", "TOKEN_B")],
        ..PLAIN
    },
    Call {
        about: "A note of the first",
        method: "POST",
        path: "/notes",
        headers: AS_A,
        body: Some(r#"{"body":"apples of the first"}"#),
        status: 201,
        keep: &[("id", "NOTE_A")],
        ..PLAIN
    },
    Call {
        about: "A note of the second",
        method: "POST",
        path: "/notes",
        headers: AS_B,
        body: Some(r#"{"body":"bananas of the second"}"#),
        status: 201,
        keep: &[("id", "NOTE_B")],
        ..PLAIN
    },
    Call {
        about: "Each lists its own",
        path: "/notes",
        headers: AS_A,
        holds: &["apples"],
        lacks: &["bananas"],
        ..PLAIN
    },
    Call {
        about: "... the second under its own address, /t/{tenant}",
        path: "/t/{TENANT_B}/notes?q=bananas",
        headers: AS_B,
        holds: &["bananas"],
        lacks: &["apples"],
        ..PLAIN
    },
    Call {
        about: "The first asks for the second's note: there is no such note",
        path: "/notes/{NOTE_B}",
        headers: AS_A,
        status: 404,
        lacks: &["bananas"],
        ..PLAIN
    },
    Call {
        about: "The first's token at the second's door: refused",
        path: "/notes",
        headers: &[("Authorization", "Bearer {TOKEN_A}"), ("X-Tenant-ID", "{TENANT_B}")],
        status: 403,
        lacks: &["bananas"],
        ..PLAIN
    },
    Call {
        about: "No token: refused",
        path: "/notes",
        headers: &[("X-Tenant-ID", "{TENANT_B}")],
        status: 401,
        ..PLAIN
    },
    Call {
        about: "The market deletes the first",
        method: "DELETE",
        path: "/api/tenant/{TENANT_A}",
        headers: MARKET,
        status: 202,
        holds: &["\"deleting\""],
        ..PLAIN
    },
    Call {
        about: "Its token is worth nothing any more",
        path: "/notes",
        headers: AS_A,
        status: 401,
        ..PLAIN
    },
    Call {
        about: "The second is as it was",
        path: "/notes",
        headers: AS_B,
        holds: &["bananas"],
        ..PLAIN
    },
];

/// The calls as a bash script that needs curl and sed, and fails where an answer is another.
pub(crate) fn script(base: &str, market_key: &str) -> String {
    let mut script = format!("BASE={base}\nMARKET_KEY={market_key}\n");
    script.push_str(
        r#"RUN=$RANDOM$RANDOM FAILED= CODE= BODY=
call() { BODY=$(curl -sS -w '\n%{http_code}' "${@:2}"); CODE=${BODY##*$'\n'}; BODY=${BODY%$'\n'*}; echo "$CODE $BODY"; [ "$CODE" = "$1" ] || { FAILED=1; echo "!! expected $1"; }; }
member() { printf %s "$BODY" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }
holds() { case $BODY in *"$1"*) ;; *) FAILED=1; echo "!! expected to see $1";; esac; }
lacks() { case $BODY in *"$1"*) FAILED=1; echo "!! did not expect to see $1";; esac; }
"#,
    );
    for call in CALLS {
        // Writing to a String cannot fail.
        let _ = write!(
            script,
            "echo \"# {}\"\ncall {} -X {}",
            call.about, call.status, call.method
        );
        for (name, value) in call.headers {
            let _ = write!(script, " -H \"{name}: {}\"", shell(value));
        }
        if let Some(body) = call.body {
            let _ = write!(
                script,
                " -H 'Content-Type: application/json' -d \"{}\"",
                shell(&body.replace('"', "\\\""))
            );
        }
        let _ = writeln!(script, " \"$BASE{}\"", shell(call.path));
        for (member, name) in call.keep {
            let _ = writeln!(script, "{name}=$(member {member})");
        }
        for text in call.holds {
            let _ = writeln!(script, "holds '{text}'");
        }
        for text in call.lacks {
            let _ = writeln!(script, "lacks '{text}'");
        }
    }
    script.push_str("[ -z \"$FAILED\" ] && echo 'every answer was the expected one'\n");
    script
}

/// `{NAME}` as the shell writes it.
fn shell(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, after)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
                rest = after;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
