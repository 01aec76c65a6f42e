//! Web Push: what arrived, encrypted for one device (RFC 8291), at the push service of its browser, which learns who sends
//! (RFC 8292) and when, and nothing else.

use anyhow::{Context, anyhow};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use engine::{Arrivals, Device, Failed};
use jmap::UtcDate;
use serde_json::json;

use super::told::lines;
use super::words::Words;
use crate::outbound::Outbound;

/// Bytes of what a push service answers that are read.
const ANSWER: usize = 16 * 1024;
/// How long a push service may believe who sends; RFC 8292 allows a day.
const BELIEVED_S: i64 = 12 * 3600;
/// The size of the one record, as all push services take it.
const RECORD: u32 = 4096;
/// Bytes of a payload, so that the record has room for it.
const MOST: usize = 3000;

/// A key on P-256, and how others know it.
struct Pair {
    private: PrivateKey,
    public: Vec<u8>,
}

impl Pair {
    fn of(bytes: &[u8; 32]) -> anyhow::Result<Pair> {
        let private = PrivateKey::from_private_key(&ECDH_P256, bytes).map_err(|_| anyhow!("a key is none"))?;
        Ok(Pair { public: public(&private)?, private })
    }

    fn fresh() -> anyhow::Result<Pair> {
        let private = PrivateKey::generate(&ECDH_P256).map_err(|_| anyhow!("no key can be made"))?;
        Ok(Pair { public: public(&private)?, private })
    }
}

fn public(private: &PrivateKey) -> anyhow::Result<Vec<u8>> {
    let public = private.compute_public_key().map_err(|_| anyhow!("a key has no public part"))?;
    Ok(public.as_ref().to_vec())
}

/// How push services know a server, for browsers that subscribe: the public part of its key, in base64url.
pub(crate) fn known_as(key: &[u8; 32]) -> anyhow::Result<String> {
    Ok(BASE64URL_NOPAD.encode(&Pair::of(key)?.public))
}

pub(super) async fn send(outbound: &Outbound, url: &str, to: &Device, arrivals: &Arrivals) -> Result<(), Failed> {
    let broken = |error: anyhow::Error| Failed::Refused(format!("no push can be made of it: {error:#}"));
    let request = request(url, to, arrivals).map_err(broken)?;
    let answer = outbound.send(request, ANSWER).await.map_err(|error| Failed::Down(format!("{error:#}")))?;
    let status = answer.status();
    let host = to.url.parse::<http::Uri>().ok().and_then(|url| url.host().map(str::to_owned)).unwrap_or_default();
    match status.as_u16() {
        200..300 => Ok(()),
        404 | 410 => Err(Failed::Gone),
        429 | 500.. => Err(Failed::Later(format!("{host} says: {status}"))),
        _ => Err(Failed::Refused(format!("{host} says: {status}"))),
    }
}

fn request(url: &str, to: &Device, arrivals: &Arrivals) -> anyhow::Result<http::Request<Bytes>> {
    let words = Words::of(&arrivals.language);
    let (title, body) = lines(words, arrivals);
    let path = match &arrivals.things[..] {
        [one] if arrivals.more == 0 && one.space != arrivals.person => match one.item == one.thread {
            true => format!("/s/{}/t/{}", one.space, one.thread),
            false => format!("/s/{}/t/{}/{}", one.space, one.thread, one.item),
        },
        _ => "/inbox".to_owned(),
    };
    let payload = json!({ "title": title, "body": body, "path": path, "tag": to.topic, "waiting": arrivals.waiting, "lang": words.lang });
    let payload = payload.to_string();
    if payload.len() > MOST {
        return Err(anyhow!("it is too long"));
    }
    let read =
        |text: &str| BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).context("a key is no base64url");
    let sealed = sealed(payload.as_bytes(), &read(&to.p256dh)?, &read(&to.auth)?, &Pair::fresh()?, &crate::random())?;
    let service: http::Uri = to.url.parse().context("the push service has no address")?;
    let authority = service.authority().context("the push service has no host")?;
    let signed = signed(&to.key, &format!("https://{authority}"), url, arrivals.now)?;
    // What a device can't be told while these hours last, the app shows when it is opened.
    let ttl = ((arrivals.ends.ms() - arrivals.now.ms()) / 1000).max(0);
    let request = http::Request::post(&to.url)
        .header("content-encoding", "aes128gcm")
        .header("content-type", "application/octet-stream")
        .header("ttl", ttl.to_string())
        .header("urgency", "normal")
        .header("topic", &to.topic)
        .header("authorization", format!("vapid t={signed}, k={}", known_as(&to.key)?));
    Ok(request.body(Bytes::from(sealed))?)
}

/// Who sends, for that push service alone (RFC 8292).
fn signed(key: &[u8; 32], audience: &str, contact: &str, now: UtcDate) -> anyhow::Result<String> {
    let claims = json!({ "aud": audience, "exp": now.ms() / 1000 + BELIEVED_S, "sub": contact });
    let head = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
    let text = format!("{head}.{}", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()));
    let public = Pair::of(key)?.public;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &public);
    let pair = pair.map_err(|_| anyhow!("the key for push services is none"))?;
    let mac = pair.sign(&SystemRandom::new(), text.as_bytes()).map_err(|_| anyhow!("nothing can be signed"))?;
    Ok(format!("{text}.{}", BASE64URL_NOPAD.encode(mac.as_ref())))
}

/// How many bytes are made of a key.
struct Long(usize);

impl KeyType for Long {
    fn len(&self) -> usize {
        self.0
    }
}

fn made(salt: &[u8], of: &[u8], info: &[&[u8]], bytes: usize) -> anyhow::Result<Vec<u8>> {
    let mut out = vec![0; bytes];
    let prk = Salt::new(HKDF_SHA256, salt).extract(of);
    let made = prk.expand(info, Long(bytes)).and_then(|okm| okm.fill(&mut out));
    made.map_err(|_| anyhow!("no key can be made"))?;
    Ok(out)
}

/// One record of RFC 8188 for a device, with the keys of RFC 8291.
fn sealed(payload: &[u8], device: &[u8], auth: &[u8], ours: &Pair, salt: &[u8; 16]) -> anyhow::Result<Vec<u8>> {
    let public = UnparsedPublicKey::new(&ECDH_P256, device);
    let failed = || anyhow!("the device's key is no point of P-256");
    let secret = agree(&ours.private, public, failed(), |secret| Ok(secret.to_vec()))?;
    let ikm = made(auth, &secret, &[b"WebPush: info\0", device, &ours.public], 32)?;
    let key = made(salt, &ikm, &[b"Content-Encoding: aes128gcm\0"], 16)?;
    let nonce = made(salt, &ikm, &[b"Content-Encoding: nonce\0"], 12)?;
    let mut body = payload.to_vec();
    // The mark of the last record.
    body.push(2);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| anyhow!("a key is none"))?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| anyhow!("a nonce is none"))?;
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut body).map_err(|_| anyhow!("nothing can be sealed"))?;
    let mut out = salt.to_vec();
    out.extend(RECORD.to_be_bytes());
    out.push(ours.public.len() as u8);
    out.extend(&ours.public);
    out.extend(body);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_payload_is_sealed_as_the_rfc_shows_it() {
        // RFC 8291, appendix A.
        let device = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let ours: [u8; 32] = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").try_into().unwrap();
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = sealed(text, &device, &auth, &Pair::of(&ours).unwrap(), &salt).unwrap();
        let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
                      AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&sealed), wanted);
    }

    #[test]
    fn who_sends_is_signed_for_one_push_service() {
        let key = [7; 32];
        let now = UtcDate::parse("2026-11-23T09:00:00Z").unwrap();
        let token = signed(&key, "https://push.example", "https://work.example", now).unwrap();
        let (text, mac) = token.rsplit_once('.').unwrap();
        let public = bytes(&known_as(&key).unwrap());
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &public).verify(text.as_bytes(), &bytes(mac)).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&bytes(text.split_once('.').unwrap().1)).unwrap();
        assert_eq!(
            claims,
            json!({ "aud": "https://push.example", "exp": 1_795_467_600, "sub": "https://work.example" })
        );
    }
}
