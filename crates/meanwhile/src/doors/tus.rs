//! Uploads that can be resumed: tus 1.0 with creation, creation-with-upload, creation-defer-length, termination,
//! expiration and checksum (<https://tus.io/protocols/resumable-upload>). What is whole is a file of the account, and its
//! id stands in `Upload-Blob-Id`.

use ::jmap::{Id, MethodError};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use engine::{NewUpload, OpenUpload, OpenUploadError, Resumed};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use model::limits;
use std::sync::atomic::Ordering::Relaxed;

use crate::body;
use crate::checksum::{ALGORITHMS, Checksum};
use crate::content::OCTETS;
use crate::content::http_date;
use crate::http::Ask;
use crate::problem::{Answer, Problem};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum";
const BYTES: &str = "application/offset+octet-stream";
/// Written at a time.
const CHUNK: usize = 256 * 1024;
/// After so many bytes what came is made durable: more than that is never sent twice.
const KEEP: u64 = 32 * 1024 * 1024;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const DEFER: HeaderName = HeaderName::from_static("upload-defer-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const BLOB: HeaderName = HeaderName::from_static("upload-blob-id");

/// What there is, for whoever asks.
pub(super) async fn offer(_: Ask) -> Answer {
    let mut response = empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    set(headers, HeaderName::from_static("tus-version"), VERSION);
    set(headers, HeaderName::from_static("tus-extension"), EXTENSIONS);
    set(headers, HeaderName::from_static("tus-max-size"), limits::MAX_UPLOAD);
    set(headers, HeaderName::from_static("tus-checksum-algorithm"), ALGORITHMS);
    Ok(resumable(Ok(response)))
}

pub(super) async fn create(ask: Ask) -> Answer {
    Ok(resumable(created(ask).await))
}

/// How an upload stands.
pub(super) async fn look(ask: Ask) -> Answer {
    Ok(resumable(looked(ask).await))
}

pub(super) async fn append(ask: Ask) -> Answer {
    Ok(resumable(appended(ask).await))
}

pub(super) async fn terminate(ask: Ask) -> Answer {
    Ok(resumable(terminated(ask).await))
}

/// For clients that can send nothing but GET and POST.
pub(super) async fn overridden(mut ask: Ask) -> Answer {
    let asked = ask.head.headers.get("x-http-method-override").and_then(|method| method.to_str().ok());
    let done = match asked.unwrap_or_default() {
        "PATCH" => appended(ask).await,
        "HEAD" => looked(ask).await,
        "DELETE" => terminated(ask).await,
        _ => {
            body::drain(&mut ask.body, &ask.head.headers).await;
            let detail = "this address takes HEAD, PATCH and DELETE; whoever can't send these sends POST with one of \
                          them in X-HTTP-Method-Override";
            let allow = HeaderValue::from_static("OPTIONS, HEAD, PATCH, POST, DELETE");
            let wrong = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Another method is needed here", detail);
            Err(wrong.with(header::ALLOW, allow))
        }
    };
    Ok(resumable(done))
}

async fn created(mut ask: Ask) -> Answer {
    let known = ask.known()?;
    let asked = asked_for(&ask.head.headers, known.caller.person);
    let opened = match asked {
        Ok(new) => ask.house.engine.create_upload(&known.caller, new).await.map_err(refused),
        Err(problem) => Err(problem),
    };
    let (id, mut upload) = match opened {
        Ok(opened) => opened,
        Err(problem) => return drained(&mut ask, problem).await,
    };
    if has_bytes(&ask.head.headers) && upload.blob_id.is_none() {
        // What could not be taken of it may follow: the upload is there.
        upload = match receive(&mut ask, id, 0, None).await {
            Ok(further) => further,
            Err(_) => ask.house.engine.open_upload(&known.caller, id).await.map_err(refused)?,
        };
    }
    let mut response = empty(StatusCode::CREATED);
    set(response.headers_mut(), header::LOCATION, format!("/upload/{id}"));
    describe(response.headers_mut(), &upload);
    Ok(response)
}

async fn looked(ask: Ask) -> Answer {
    let known = ask.known()?;
    speaks_tus(&ask.head.headers)?;
    let id = ask.id("upload").ok_or_else(not_there)?;
    let upload = ask.house.engine.open_upload(&known.caller, id).await.map_err(refused)?;
    let mut response = empty(StatusCode::OK);
    let headers = response.headers_mut();
    describe(headers, &upload);
    match upload.length {
        Some(length) => set(headers, LENGTH, length),
        None => set(headers, DEFER, 1),
    }
    if !upload.metadata.is_empty() {
        set(headers, METADATA, upload.metadata);
    }
    Ok(response)
}

async fn appended(mut ask: Ask) -> Answer {
    let (id, offset, length) = match where_to(&ask) {
        Ok(asked) => asked,
        Err(problem) => return drained(&mut ask, problem).await,
    };
    match receive(&mut ask, id, offset, length).await {
        Ok(upload) => {
            let mut response = empty(StatusCode::NO_CONTENT);
            describe(response.headers_mut(), &upload);
            Ok(response)
        }
        Err(problem) => drained(&mut ask, problem).await,
    }
}

/// Which upload a PATCH means, where it goes on, and how long it is if that is said only now.
fn where_to(ask: &Ask) -> Result<(Id, u64, Option<u64>), Problem> {
    let headers = &ask.head.headers;
    speaks_tus(headers)?;
    let id = ask.id("upload").ok_or_else(not_there)?;
    if !has_bytes(headers) {
        return Err(Problem::wrong_type(BYTES));
    }
    let offset = number(headers, OFFSET)?.ok_or_else(|| missing("Upload-Offset"))?;
    Ok((id, offset, number(headers, LENGTH)?))
}

async fn terminated(ask: Ask) -> Answer {
    let known = ask.known()?;
    speaks_tus(&ask.head.headers)?;
    let id = ask.id("upload").ok_or_else(not_there)?;
    ask.house.engine.drop_upload(&known.caller, id).await.map_err(refused)?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Takes the body in. What came before it stopped is kept, unless it has a checksum, which nobody can check then.
async fn receive(ask: &mut Ask, id: Id, offset: u64, length: Option<u64>) -> Result<OpenUpload, Problem> {
    let known = ask.known()?;
    let _place = ask.house.place_to_upload(known.caller.person)?;
    let mut checksum = Checksum::announced(&ask.head.headers)?;
    let resumed = ask.house.engine.resume_upload(&known.caller, id, offset, length).await;
    let mut resumed = resumed.map_err(refused)?;
    fits(&ask.head.headers, resumed.room())?;
    let came = take(ask, &mut resumed, &mut checksum).await;
    match (came, checksum) {
        (Ok(()), checksum) if checksum.as_ref().is_none_or(Checksum::fits) => resumed.end().await.map_err(refused),
        (Ok(()), _) => Err(Checksum::mismatch()),
        (Err(Cut::Unwritten(problem)), _) | (Err(Cut::Ended(problem)), Some(_)) => Err(problem),
        (Err(Cut::Ended(problem)), None) => {
            resumed.keep().await.map_err(refused)?;
            Err(problem)
        }
    }
}

/// Why a body was not taken in whole.
enum Cut {
    /// Nothing more comes.
    Ended(Problem),
    /// It can't be written.
    Unwritten(Problem),
}

async fn take(ask: &mut Ask, resumed: &mut Resumed, checksum: &mut Option<Checksum>) -> Result<(), Cut> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut loose = 0;
    loop {
        let piece = body::next_piece(&mut ask.body, ask.house.patience).await;
        if let Ok(Some(piece)) = &piece {
            chunk.extend_from_slice(piece);
        }
        let more = matches!(piece, Ok(Some(_)));
        if !chunk.is_empty() && (!more || chunk.len() >= CHUNK) {
            if let Some(checksum) = checksum {
                checksum.take(&chunk);
            }
            ask.house.metrics.received.fetch_add(chunk.len() as u64, Relaxed);
            loose += chunk.len() as u64;
            let unwritten = |error| Cut::Unwritten(refused(error));
            chunk = resumed.write(chunk).await.map_err(unwritten)?;
            chunk.clear();
            if loose >= KEEP && checksum.is_none() {
                resumed.keep().await.map_err(unwritten)?;
                loose = 0;
            }
        }
        match piece {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(problem) => return Err(Cut::Ended(problem)),
        }
    }
}

/// What a POST wants to be made.
fn asked_for(headers: &HeaderMap, person: Id) -> Result<NewUpload, Problem> {
    speaks_tus(headers)?;
    let length = match (number(headers, LENGTH)?, headers.get(&DEFER)) {
        (Some(length), None) => Some(length),
        (None, Some(defer)) if defer == "1" => None,
        (None, None) => return Err(missing("Upload-Length, or Upload-Defer-Length: 1,")),
        _ => {
            let detail = "an upload has either Upload-Length with its bytes, or Upload-Defer-Length: 1";
            return Err(Problem::bad_request(detail));
        }
    };
    fits(headers, length.unwrap_or(limits::MAX_UPLOAD))?;
    let metadata = headers.get(&METADATA).map_or(Ok(""), |value| value.to_str().map_err(|_| bad_metadata()))?;
    if metadata.len() > limits::MAX_UPLOAD_METADATA {
        let detail = format!("Upload-Metadata has at most {} bytes", limits::MAX_UPLOAD_METADATA);
        return Err(Problem::bad_request(detail));
    }
    let account = match said(metadata, "accountId")? {
        Some(account) => Id::parse(&account).map_err(|_| MethodError::account_not_found())?,
        None => person,
    };
    let media_type = said(metadata, "filetype")?.unwrap_or_else(|| OCTETS.to_string());
    Ok(NewUpload { account, length, media_type, metadata: metadata.to_string() })
}

/// A value of `Upload-Metadata`: pairs of a key and Base64, with commas between them.
fn said(metadata: &str, wanted: &str) -> Result<Option<String>, Problem> {
    let mut found = None;
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = data_encoding::BASE64.decode(value.trim().as_bytes()).map_err(|_| bad_metadata())?;
        if key == wanted {
            found = Some(String::from_utf8(value).map_err(|_| bad_metadata())?);
        }
    }
    Ok(found)
}

fn bad_metadata() -> Problem {
    Problem::bad_request("Upload-Metadata has pairs of a key and a value in Base64, with commas between them")
}

fn speaks_tus(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(&RESUMABLE).is_some_and(|version| version == VERSION) {
        return Ok(());
    }
    let detail = format!("this address speaks tus {VERSION}: send \"Tus-Resumable: {VERSION}\"");
    let version = HeaderValue::from_static(VERSION);
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "Another version of tus is needed here", detail)
        .with(HeaderName::from_static("tus-version"), version))
}

fn has_bytes(headers: &HeaderMap) -> bool {
    body::media_type(headers).as_deref() == Some(BYTES)
}

/// A header that is a whole number: digits alone.
fn number(headers: &HeaderMap, name: HeaderName) -> Result<Option<u64>, Problem> {
    let mut values = headers.get_all(&name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = text.and_then(|text| text.parse().ok()).filter(|number| *number <= limits::MAX_SAFE as u64);
    let wrong = || Problem::bad_request(format!("{name} is a number of bytes, once, in digits"));
    if values.next().is_some() { Err(wrong()) } else { number.map(Some).ok_or_else(wrong) }
}

/// Refuses a body that says that it is larger than what may come.
fn fits(headers: &HeaderMap, room: u64) -> Result<(), Problem> {
    let announced = body::length(headers).filter(|_| has_bytes(headers));
    if announced.is_some_and(|length| length > room) { Err(too_long()) } else { Ok(()) }
}

fn too_long() -> Problem {
    let detail = "the body goes beyond Upload-Length, or beyond maxSizeUpload; ask with HEAD how much is there, and end with that";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "More came than was announced", detail)
}

fn missing(what: &str) -> Problem {
    Problem::bad_request(format!("{what} is missing; see tus 1.0"))
}

/// None, and somebody else's, look alike.
fn not_there() -> Problem {
    Problem::not_found("no upload with this id is yours, or its time is over; begin again with POST /upload")
}

fn refused(error: OpenUploadError) -> Problem {
    match error {
        OpenUploadError::NotFound => not_there(),
        OpenUploadError::Refused(error) => error.into(),
        OpenUploadError::Elsewhere(offset) => {
            let detail = format!("the upload goes on at {offset}; ask with HEAD, and send what comes after that");
            Problem::new(StatusCode::CONFLICT, "The upload goes on elsewhere", detail).with(OFFSET, offset.into())
        }
        OpenUploadError::Busy => {
            let detail = "another request writes this upload at the moment; ask with HEAD in a second, and go on there";
            Problem::new(StatusCode::LOCKED, "The upload is being written", detail)
                .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
        }
        OpenUploadError::Length(Some(known)) => {
            Problem::bad_request(format!("the length of this upload is {known}, and is said once"))
        }
        OpenUploadError::Length(None) => Problem::bad_request("Upload-Length is less than what is there already"),
        OpenUploadError::TooMany => {
            let most = limits::MAX_OPEN_UPLOADS;
            let detail =
                format!("{most} uploads of yours are open, which is maxOpenUploads; finish one, or give one up");
            Problem::limit(StatusCode::TOO_MANY_REQUESTS, "maxOpenUploads", detail)
        }
        OpenUploadError::TooLarge(most) if most == limits::MAX_UPLOAD => body::too_large("maxSizeUpload", most),
        OpenUploadError::TooLarge(_) => too_long(),
        OpenUploadError::Store(fault) => fault.into(),
    }
}

async fn drained(ask: &mut Ask, problem: Problem) -> Answer {
    body::drain(&mut ask.body, &ask.head.headers).await;
    Err(problem)
}

fn describe(headers: &mut HeaderMap, upload: &OpenUpload) {
    set(headers, OFFSET, upload.offset);
    set(headers, EXPIRES, http_date(upload.expires));
    if let Some(blob) = upload.blob_id {
        set(headers, BLOB, blob);
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: impl ToString) {
    let value = HeaderValue::try_from(value.to_string());
    headers.insert(name, value.expect("numbers, ids, dates and what came in a header go into one"));
}

/// Every answer says which version it is of.
fn resumable(answer: Answer) -> Response {
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    set(response.headers_mut(), RESUMABLE, VERSION);
    response
}
