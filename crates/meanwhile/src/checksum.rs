//! What a client says that the bytes of one request are (the checksum extension of tus 1.0).

use aws_lc_rs::digest;
use http::{HeaderMap, StatusCode};

use crate::problem::Problem;

/// By their names in `Upload-Checksum`; tus asks for the first.
pub(crate) const ALGORITHMS: &str = "sha1,sha256";

/// A checksum that was announced, and what has come so far.
pub(crate) struct Checksum {
    announced: Vec<u8>,
    of: digest::Context,
}

impl Checksum {
    /// What the header says, if it is there.
    pub(crate) fn announced(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
        let Some(value) = headers.get("upload-checksum") else { return Ok(None) };
        let wrong = || {
            let detail = format!("Upload-Checksum is one of {ALGORITHMS}, a space, and the checksum in Base64");
            Problem::bad_request(detail)
        };
        let (name, announced) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(wrong)?;
        let algorithm = match name {
            // It proves nothing against ill will, and is not asked to.
            "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => &digest::SHA256,
            _ => return Err(wrong()),
        };
        let announced = data_encoding::BASE64.decode(announced.as_bytes()).map_err(|_| wrong())?;
        if announced.len() != algorithm.output_len() {
            return Err(wrong());
        }
        Ok(Some(Checksum { announced, of: digest::Context::new(algorithm) }))
    }

    /// More bytes.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.of.update(bytes);
    }

    /// Whether that is what was announced.
    pub(crate) fn fits(&self) -> bool {
        self.of.clone().finish().as_ref() == self.announced
    }

    /// The refusal where it is not: 460, which tus has for it alone.
    pub(crate) fn mismatch() -> Problem {
        let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
        let detail = "what came is not what Upload-Checksum says, so nothing of it was taken; send it again";
        Problem::new(status, "The checksum is another", detail)
    }
}
