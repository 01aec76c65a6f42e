//! A VFS over "unix" that writes down what happens to the database's files, and injects faults.
// SQLite's VFS is a C interface: a table of functions over raw pointers. Nothing else in the workspace needs unsafe.
#![allow(unsafe_code, dead_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use rusqlite::ffi::*;

use super::disk::{FileName, Op};

/// What stands between one store and its files.
pub(crate) struct Recorder {
    vfs: CString,
    log: Mutex<Vec<Op>>,
    recording: AtomicBool,
    /// So many more writes succeed, then the disk is full.
    pub(crate) room: AtomicI64,
    /// So many more syncs succeed, then one fails.
    pub(crate) syncs: AtomicI64,
    /// Writes fail as on a disk that went away or was mounted anew as read-only.
    pub(crate) gone: AtomicBool,
    /// Files open for reading only, as in a folder that may not be written.
    pub(crate) read_only: AtomicBool,
}

impl Recorder {
    /// Registers a VFS of its own. It is never taken away: SQLite may use it until the process ends.
    pub(crate) fn register(recording: bool) -> Arc<Recorder> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("power-{}", COUNT.fetch_add(1, SeqCst));
        let recorder = Arc::new(Recorder {
            vfs: CString::new(name).unwrap(),
            log: Mutex::default(),
            recording: AtomicBool::new(recording),
            room: AtomicI64::new(i64::MAX),
            syncs: AtomicI64::new(i64::MAX),
            gone: AtomicBool::new(false),
            read_only: AtomicBool::new(false),
        });
        let leaked = Arc::into_raw(recorder.clone());
        unsafe {
            let unix = sqlite3_vfs_find(ptr::null());
            let mut ours = Box::new(*unix);
            ours.zName = (*leaked).vfs.as_ptr();
            ours.szOsFile = size_of::<File>() as c_int + (*unix).szOsFile;
            ours.pAppData = leaked.cast_mut().cast();
            ours.pNext = ptr::null_mut();
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            assert_eq!(sqlite3_vfs_register(Box::into_raw(ours), 0), SQLITE_OK);
        }
        recorder
    }

    pub(crate) fn vfs(&self) -> CString {
        self.vfs.clone()
    }

    pub(crate) fn note(&self, op: Op) {
        if self.recording.load(SeqCst) {
            self.log.lock().unwrap().push(op);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.log.lock().unwrap().len()
    }

    pub(crate) fn take_log(&self) -> Vec<Op> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    fn write_fault(&self) -> Option<c_int> {
        if self.gone.load(SeqCst) {
            return Some(SQLITE_IOERR_WRITE);
        }
        (self.room.fetch_sub(1, SeqCst) <= 0).then_some(SQLITE_FULL)
    }
}

#[repr(C)]
struct File {
    base: sqlite3_file,
    recorder: *const Recorder,
    /// `None`: a temporary file, of which nothing must survive.
    name: Option<FileName>,
}

unsafe fn unix_file(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe fn ours<'a>(file: *mut sqlite3_file) -> (&'a Recorder, Option<FileName>) {
    unsafe {
        let file = file.cast::<File>();
        (&*(*file).recorder, (*file).name)
    }
}

/// Calls the method of the file underneath.
macro_rules! unix {
    ($file:expr, $method:ident $(, $argument:expr)*) => {
        unsafe {
            let file = unix_file($file);
            ((*(*file).pMethods).$method.unwrap())(file $(, $argument)*)
        }
    };
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    mut flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        let unix = sqlite3_vfs_find(c"unix".as_ptr());
        let recorder: *const Recorder = (*vfs).pAppData.cast();
        let path = (!name.is_null()).then(|| CStr::from_ptr(name).to_str().unwrap());
        let known = path.and_then(FileName::of);
        let existed = path.is_some_and(|path| Path::new(path).exists());
        if known.is_some() && (*recorder).read_only.load(SeqCst) {
            flags = flags & !(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_READONLY;
        }
        let shell = file.cast::<File>();
        (*shell).base.pMethods = ptr::null();
        (*shell).recorder = recorder;
        (*shell).name = known;
        let opened = ((*unix).xOpen.unwrap())(unix, name, unix_file(file), flags, out);
        if !(*unix_file(file)).pMethods.is_null() {
            (*shell).base.pMethods = &METHODS;
        }
        if let (Some(known), false, SQLITE_OK) = (known, existed, opened) {
            (*recorder).note(Op::Create(known));
        }
        opened
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    unsafe {
        let unix = sqlite3_vfs_find(c"unix".as_ptr());
        let recorder: *const Recorder = (*vfs).pAppData.cast();
        let deleted = ((*unix).xDelete.unwrap())(unix, name, sync);
        if let (Some(known), SQLITE_OK) = (FileName::of(CStr::from_ptr(name).to_str().unwrap()), deleted) {
            (*recorder).note(Op::Delete(known));
        }
        deleted
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, len: c_int, at: i64) -> c_int {
    let (recorder, name) = unsafe { ours(file) };
    if let Some(name) = name {
        if let Some(fault) = recorder.write_fault() {
            return fault;
        }
        let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), len as usize) };
        recorder.note(Op::Write(name, at as u64, bytes.to_vec()));
    }
    unix!(file, xWrite, bytes, len, at)
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    if let (recorder, Some(name)) = unsafe { ours(file) } {
        recorder.note(Op::Truncate(name, size as u64));
    }
    unix!(file, xTruncate, size)
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let (recorder, name) = unsafe { ours(file) };
    let Some(name) = name else { return unix!(file, xSync, flags) };
    if recorder.syncs.fetch_sub(1, SeqCst) <= 0 {
        recorder.syncs.store(i64::MAX, SeqCst);
        recorder.note(Op::SyncFailed(name));
        return SQLITE_IOERR_FSYNC;
    }
    // The recorded disk is replayed, not the real one, so nothing has to reach that.
    recorder.note(Op::Sync(name));
    SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unix!(file, xClose)
}
unsafe extern "C" fn read(file: *mut sqlite3_file, bytes: *mut c_void, len: c_int, at: i64) -> c_int {
    unix!(file, xRead, bytes, len, at)
}
unsafe extern "C" fn size(file: *mut sqlite3_file, out: *mut i64) -> c_int {
    unix!(file, xFileSize, out)
}
unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unix!(file, xLock, level)
}
unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unix!(file, xUnlock, level)
}
unsafe extern "C" fn reserved(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    unix!(file, xCheckReservedLock, out)
}
unsafe extern "C" fn control(file: *mut sqlite3_file, what: c_int, value: *mut c_void) -> c_int {
    unix!(file, xFileControl, what, value)
}
unsafe extern "C" fn sector(file: *mut sqlite3_file) -> c_int {
    unix!(file, xSectorSize)
}
unsafe extern "C" fn device(file: *mut sqlite3_file) -> c_int {
    unix!(file, xDeviceCharacteristics)
}
unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    grow: c_int,
    out: *mut *mut c_void,
) -> c_int {
    unix!(file, xShmMap, page, size, grow, out)
}
unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, from: c_int, count: c_int, flags: c_int) -> c_int {
    unix!(file, xShmLock, from, count, flags)
}
unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    unix!(file, xShmBarrier)
}
unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    unix!(file, xShmUnmap, delete)
}

/// Version 2: no memory mapping, so that nothing is read or written past us.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(device),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
