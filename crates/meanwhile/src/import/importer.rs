//! What is brought in by way of an `Import` record: an export that an admin gave to the server.

use engine::{Engine, Importer, Step, Wanted};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::Value;
use tokio::sync::mpsc;

use super::slack;
use super::source::Where;
use crate::orders::{News, Tell};

/// Spaces of a preview that are told, the largest first.
const SPACES: usize = 200;

/// The formats that the program knows.
pub(crate) struct Formats;

impl Importer for Formats {
    fn run(
        &self,
        engine: Engine,
        wanted: Wanted,
        export: [u8; 32],
        steps: mpsc::UnboundedSender<Step>,
    ) -> BoxFuture<'static, Result<Value, String>> {
        let from = Where::Stored(engine.blobs().clone(), export);
        let work = move |tell: Tell| async move {
            anyhow::Ok(match wanted {
                Wanted::Preview => shortened(serde_json::to_value(slack::preview(&engine, &from, &tell).await?)?),
                Wanted::Import => serde_json::to_value(slack::run(&engine, &from, &tell).await?)?,
            })
        };
        told(steps, work).boxed()
    }
}

/// Conversations between a few people are many and small: the largest Spaces alone are told.
fn shortened(mut preview: Value) -> Value {
    if let Some(spaces) = preview.get_mut("spaces").and_then(Value::as_array_mut) {
        spaces.sort_by_key(|space| std::cmp::Reverse(space["messages"].as_u64()));
        let all = spaces.len();
        spaces.truncate(SPACES);
        preview["spacesInAll"] = all.into();
    }
    preview
}

/// Does it, and passes its news on. When nobody takes them any more, nobody takes them here either: then it stops.
async fn told<Work: Future<Output = anyhow::Result<Value>>>(
    steps: mpsc::UnboundedSender<Step>,
    work: impl FnOnce(Tell) -> Work,
) -> Result<Value, String> {
    let (tell, mut news) = mpsc::unbounded_channel();
    let mut work = std::pin::pin!(work(tell));
    let mut heard = true;
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            Some(news_of_it) = news.recv(), if heard => {
                if let News::Progress { what, done, of } = news_of_it
                    && steps.send(Step { what, done, of }).is_err()
                {
                    news.close();
                    heard = false;
                }
            }
        }
    };
    done.map_err(|error| format!("{error:#}"))
}
