//! A ciphertext made to open under two keys, as XChaCha20-Poly1305 alone allows: refused by the commitment.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;

use super::super::aead::{Context, derive};
use super::super::{DataKey, DataKeyRef, KeyBytes, KeyError, KeyScope, Purpose, Sealed};

const SALT: [u8; 32] = [0x33; 32];
const NONCE: [u8; 24] = [0x44; 24];

/// Two blocks, the second solved for (modulo 2^130 - 5) so that both message keys give the same Poly1305 tag; made
/// by an independent implementation of HKDF, `HChaCha20` and Poly1305 in Python, as were the two commitments.
const FORGED: [&str; 2] = [
    "000000000000000000000000000000005f6e71bc5609642e96f2964aaa90b928",
    "2a44281a50cb7eb3574f082028ea1f26",
];
const COMMITMENTS: [&str; 2] = [
    "704c8e5eb30aba1a8e9abdbbf547e0e670f5df25808f641dbb426a279b7f50ef",
    "265106ad2f5f06f034ef5b8ab46d9561c404806ad05d58437c82cec3cd9d014f",
];

fn hex(text: &str) -> Vec<u8> {
    let byte = |index| u8::from_str_radix(&text[index..index + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// The data key of the forged header, with bytes that count up from `first`.
fn key(first: u8) -> DataKey {
    let name = DataKeyRef {
        scope: KeyScope::Tenant(Uuid::from_bytes([0x22; 16]).into()),
        id: Uuid::from_bytes([0x11; 16]),
        version: 1,
    };
    let bytes: Vec<u8> = (first..first + 32).collect();
    DataKey::from_parts(name, KeyBytes::from_slice(&bytes).unwrap())
}

#[test]
fn a_ciphertext_forged_for_two_keys_opens_under_one_at_most() {
    let keys = [key(1), key(101)];
    let body = hex(&FORGED.concat());
    let names = keys[0].name().seal_names(&Purpose::SETTING, "record").unwrap();
    let context = Context {
        layer: b"mtp seal 1\0",
        names: &names,
    };
    for (key, commitment) in keys.iter().zip(COMMITMENTS) {
        let (message_key, ours) = derive(key.bytes(), &SALT, &context).unwrap();
        assert_eq!(ours.to_vec(), hex(commitment), "the other implementation agrees");
        // The forgery is a real one: without the commitment it opens under both keys.
        let payload = Payload {
            msg: &body,
            aad: &names,
        };
        let plain = XChaCha20Poly1305::new((&*message_key).into());
        assert!(plain.decrypt(&XNonce::from(NONCE), payload).is_ok());
    }
    for (committed, commitment) in COMMITMENTS.into_iter().enumerate() {
        let mut bytes = b"mtps\x01".to_vec();
        bytes.extend([0x11; 16]);
        bytes.extend([0, 0, 0, 1]);
        bytes.extend(SALT);
        bytes.extend(hex(commitment));
        bytes.extend(NONCE);
        bytes.extend(&body);
        let sealed = Sealed::from_bytes(bytes).unwrap();
        for (index, key) in keys.iter().enumerate() {
            let opened = key.open(&Purpose::SETTING, "record", &sealed);
            if index == committed {
                assert!(opened.is_ok());
            } else {
                assert!(matches!(opened, Err(KeyError::WrongCommitment)));
            }
        }
    }
}
