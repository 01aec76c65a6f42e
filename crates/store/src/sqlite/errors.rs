//! What SQLite's errors mean to a caller of the store.

use rusqlite::{Error, ErrorCode, ffi};

use crate::StoreError;

/// One of the classes that callers branch on.
pub(super) fn store_error(error: Error) -> StoreError {
    let text = error.to_string();
    let Error::SqliteFailure(failure, _) = error else {
        return match error {
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::QueryReturnedNoRows => {
                StoreError::Corrupt(text)
            }
            _ => StoreError::Broken(text),
        };
    };
    match failure.extended_code {
        // SQLite says so when the shared-memory file can't grow, which is a full disk.
        ffi::SQLITE_IOERR_SHMSIZE => return StoreError::Full(text),
        ffi::SQLITE_IOERR_CORRUPTFS => return StoreError::Corrupt(text),
        _ => {}
    }
    match failure.code {
        ErrorCode::DiskFull => StoreError::Full(text),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::SystemIoFailure
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OutOfMemory
        | ErrorCode::OperationInterrupted => StoreError::Unavailable(text),
        _ => StoreError::Broken(text),
    }
}

/// A file or folder that can't be read or written.
pub(super) fn file_error(what: &str, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            StoreError::Full(format!("{what}: {error}"))
        }
        _ => StoreError::Unavailable(format!("{what}: {error}")),
    }
}
