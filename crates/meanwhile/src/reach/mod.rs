//! Carries to the world what the engine says is to be told: mail by a relay, pushes by the services of browsers. It decides
//! nothing: when, to whom and what is settled before.

mod letter;
mod push;
mod relay;
mod told;
mod words;

use engine::{Courier, Failed, Parcel};
use futures_util::future::BoxFuture;
use std::sync::Arc;

use crate::config::{RelayOptions, Settings};
use crate::outbound::{Outbound, OutboundOptions};
use letter::Writer;
pub(crate) use push::known_as;
use relay::Relay;
pub(crate) use words::{Words, fill};

/// By which ways people are reached.
#[derive(Clone, Debug)]
pub struct ReachOptions {
    /// How people come here, without a slash at the end.
    pub url: String,
    /// Who takes mail.
    pub relay: Option<RelayOptions>,
    /// Push services may be asked.
    pub push: bool,
    /// Where requests of the server's own may go.
    pub outbound: OutboundOptions,
}

impl ReachOptions {
    pub(crate) fn of(settings: &Settings) -> ReachOptions {
        ReachOptions {
            url: settings.url.clone().unwrap_or_default(),
            relay: settings.relay.clone(),
            push: settings.push,
            outbound: settings.outbound.clone(),
        }
    }
}

struct Ways {
    writer: Writer,
    relay: Option<Relay>,
    push: Option<Outbound>,
}

/// Who carries by these ways; `None` where there is none of them.
///
/// # Errors
/// What in the options can't be.
pub fn courier(options: &ReachOptions) -> anyhow::Result<Option<Arc<dyn Courier>>> {
    if options.relay.is_none() && !options.push {
        return Ok(None);
    }
    let relay = options.relay.as_ref().map(Relay::new).transpose()?;
    let push = options.push.then(|| Outbound::new(&options.outbound)).transpose()?;
    let writer = Writer::new(&options.url, options.relay.as_ref().map(|relay| relay.from.as_str()))?;
    Ok(Some(Arc::new(Ways { writer, relay, push })))
}

impl Courier for Ways {
    fn mails(&self) -> bool {
        self.relay.is_some()
    }

    fn pushes(&self) -> bool {
        self.push.is_some()
    }

    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Result<(), Failed>> {
        Box::pin(async move {
            let by_mail = || self.relay.as_ref().ok_or_else(|| Failed::Refused("there is no mail relay".into()));
            match parcel {
                Parcel::Mail { name, to, arrivals, off } => {
                    by_mail()?.send(self.writer.arrivals(&name, &to, &arrivals, &off)).await
                }
                Parcel::Invitation { name, to, invitation } => {
                    by_mail()?.send(self.writer.invitation(&name, &to, &invitation)).await
                }
                Parcel::Push { device, arrivals } => {
                    let Some(outbound) = &self.push else { return Err(Failed::Refused("pushes are off".into())) };
                    push::send(outbound, self.writer.url(), &device, &arrivals).await
                }
            }
        })
    }
}
