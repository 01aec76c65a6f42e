//! Once for many, again where it is missing, and gone with what it is of.

use super::*;
use image::{ImageFormat, RgbImage};
use std::collections::BTreeSet;
use std::io::{Cursor, Seek, Write};
use std::path::{Path, PathBuf};

fn drawing() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let colours = |x: u32, y: u32| image::Rgb([x as u8, y as u8, (x * y) as u8]);
    RgbImage::from_fn(600, 400, colours).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn of(number: u8) -> Of {
    Of { blob: Id::derived(b'b', [number; 16]), hash: [number; 32] }
}

fn kept(folder: &Path) -> BTreeSet<PathBuf> {
    let below = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let Ok(folders) = std::fs::read_dir(folder) else { return BTreeSet::new() };
    folders.flat_map(|entry| below(entry.unwrap().path())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_it_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let previews = Previews::in_folder(folder.path());
    let bytes = drawing();
    let asked: Vec<_> = (0..40)
        .map(|_| {
            let (previews, file) = (previews.clone(), file(&bytes));
            tokio::spawn(async move { previews.get(of(1), 320, file).await.map(|made| made.bytes.clone()) })
        })
        .collect();
    let mut all = BTreeSet::new();
    for one in asked {
        all.insert(one.await.unwrap().unwrap());
    }
    assert_eq!((all.len(), previews.made()), (1, 1));
    previews.get(of(1), 640, file(&bytes)).await.map(|_| ()).unwrap();
    assert_eq!(previews.made(), 1, "with all widths");
    // The same content by another name: nothing tells that it was there.
    let twin = Of { blob: of(2).blob, ..of(1) };
    previews.get(twin, 320, file(&bytes)).await.map(|_| ()).unwrap();
    assert_eq!(previews.made(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_outlives_the_server_and_may_go_at_any_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("previews");
    let bytes = drawing();
    let first = Previews::in_folder(folder.path());
    let made = first.get(of(1), 320, file(&bytes)).await.map(|made| made.bytes.clone()).unwrap();
    let second = Previews::in_folder(folder.path());
    let found = second.get(of(1), 320, file(b"is not read")).await.map(|made| (made.bytes.clone(), made.media_type));
    assert_eq!(found, Ok((made.clone(), "image/jpeg")));
    assert_eq!(second.made(), 0);
    std::fs::remove_dir_all(&path).unwrap();
    assert_eq!(second.get(of(1), 320, file(&bytes)).await.map(|made| made.bytes.clone()), Ok(made.clone()));
    for spoiled in ["", "no picture of ours"] {
        for kept in kept(&path) {
            std::fs::write(kept, spoiled).unwrap();
        }
        assert_eq!(second.get(of(1), 320, file(&bytes)).await.map(|made| made.bytes.clone()), Ok(made.clone()));
    }
    // A file where the folder should be: it is made all the same, and kept nowhere.
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::write(&path, "x").unwrap();
    assert_eq!(second.get(of(1), 320, file(&bytes)).await.map(|made| made.bytes.clone()), Ok(made));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_read_once() {
    let previews = Previews::in_folder(tempfile::tempdir().unwrap().path());
    let no = previews.get(of(1), 320, file(b"words")).await.map(|_| ());
    assert_eq!(no, Err(Unmade::Never(NoPreview::NotAPicture)));
    let again = previews.get(of(1), 640, file(&drawing())).await.map(|_| ());
    assert_eq!(again, no, "the content of a blob does not change");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_record_names_any_more_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("previews");
    let previews = Previews::in_folder(folder.path());
    let bytes = drawing();
    for number in [1, 2] {
        previews.get(of(number), 320, file(&bytes)).await.map(|_| ()).unwrap();
    }
    let stays: BTreeSet<_> = kept(&path).into_iter().filter(|path| path.to_string_lossy().contains("0101")).collect();
    assert_eq!(stays.len(), picture::WIDTHS.len());
    let one = stays.first().unwrap();
    std::fs::write(one.with_extension("0123.part"), "half").unwrap();
    std::fs::write(one.with_extension("0"), "as they were made before").unwrap();
    previews.folder.keep_only(&[[1; 32], [7; 32]]).unwrap();
    assert_eq!(kept(&path), stays);
    previews.folder.keep_only(&[]).unwrap();
    assert_eq!(kept(&path), BTreeSet::new());
    std::fs::remove_dir_all(&path).unwrap();
    previews.folder.keep_only(&[]).unwrap();
}
