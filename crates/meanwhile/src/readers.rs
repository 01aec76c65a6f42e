//! Starts what runs beside the requests: the search index in the data folder, for which it makes text of files, and
//! previews of pictures.

use crate::import::Formats;
use engine::{Engine, Running};
use media::{NoText, Runner, TextMaker};
use search::{FileText, Made};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use store::StoreError;

use crate::previews::{Ahead, Previews};

/// Text of files for the index, made by `media`.
struct Texts(TextMaker);

impl FileText for Texts {
    fn reads(&self, media_type: &str, name: &str) -> bool {
        self.0.reads(media_type, name)
    }

    fn text(&self, file: File, media_type: &str, name: &str) -> Made {
        match self.0.text(file, media_type, name) {
            Ok(text) => Made::Text(text),
            Err(NoText::None) => Made::Nothing,
            Err(NoText::NotNow(why)) => Made::NotNow(why),
        }
    }
}

/// Starts log readers and jobs of a workspace whose data folder is this one.
///
/// # Errors
/// As the store's.
pub async fn start(engine: &Engine, data: &Path, previews: &Arc<Previews>) -> Result<Running, StoreError> {
    let lineage = engine.lineage().await?;
    let (reader, index) = search::open(search::Options {
        folder: data.join(search::FOLDER),
        lineage,
        registry: engine.registry().clone(),
        blobs: engine.blobs().clone(),
        file_text: Arc::new(Texts(TextMaker::new(Runner::default()))),
    });
    engine.search_with(index);
    engine.import_with(Arc::new(Formats));
    let ahead = Ahead::new(engine, lineage, previews.clone());
    Ok(engine.start_with(vec![Box::new(reader), Box::new(ahead)]))
}
