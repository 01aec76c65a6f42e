//! Answering by the link of a mail, without signing in: one question of one person, which only what is sent from the page
//! answers. Told through HTTP, as a browser without a session does it.

use model::{Caller, Role, Scopes};
use reqwest::{Client, StatusCode};
use scenarios::direct::{monday, operator, oracle, postgres, sqlite};
use scenarios::office::Office;
use scenarios::sink::Sink;
use serde_json::{Value, json};

use super::arrivals::{asking, says, topic};
use super::mail::{by_mail, goes_to, has_address, settles_on, two};

struct Story {
    office: Office,
    sink: Sink,
    ana: Caller,
    bo: Caller,
    space: jmap::Id,
    http: Client,
}

async fn on_all_stores(story: impl AsyncFn(Story)) {
    for make in [oracle, sqlite, postgres] {
        let clock = monday();
        let sink = Sink::open(&clock).await;
        let courier = meanwhile::courier(&by_mail(&sink)).expect("a way out");
        let office = Office::open_reaching(make, clock, courier).await;
        let (ana, bo, space) = two(&office.desk).await;
        let http = Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        story(Story { office, sink, ana, bo, space, http }).await;
    }
}

impl Story {
    /// Asks Bo, and gives the question and the path of the link that his mail has.
    async fn asks(&self, what: &str) -> (String, String) {
        let question =
            says(&self.office.desk, &self.ana, self.space, asking(topic("When do we ship?"), what, &[&self.bo])).await;
        let end = self.office.now().plus_ms(6 * 60_000).to_string();
        goes_to(&self.office.desk, &end, 1).await;
        let mail = self.sink.taken().pop().expect("a mail");
        let link = mail.word("https://work.example/answer/").trim_start_matches("https://work.example").to_string();
        (question, link)
    }

    async fn looks(&self, link: &str) -> (StatusCode, String) {
        let answer = self.http.get(format!("{}{link}", self.office.url())).send().await.expect("an answer");
        assert!(answer.headers().get("set-cookie").is_none());
        (answer.status(), answer.text().await.expect("text"))
    }

    async fn sends(&self, link: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
        let body = form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&");
        let request = self.http.post(format!("{}{link}", self.office.url())).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("text"))
    }

    async fn item(&self, id: &str) -> Value {
        let args = json!({ "accountId": self.space, "ids": [id] });
        self.office.desk.one(&self.ana, "Item/get", args).await["list"][0].clone()
    }

    async fn posts(&self) -> Vec<String> {
        let answer = self.office.desk.one(&self.ana, "Item/get", json!({ "accountId": self.space, "ids": null })).await;
        let list = answer["list"].as_array().expect("a list").clone();
        list.iter()
            .filter(|item| item["kind"] == "post")
            .map(|item| item["text"].as_str().unwrap_or("").into())
            .collect()
    }
}

/// The id that a page gives an answer.
fn fresh(page: &str) -> String {
    let rest = page.split_once("name=\"id\" value=\"").unwrap_or_else(|| panic!("{page}")).1;
    rest.split('"').next().unwrap_or("").to_string()
}

#[tokio::test]
async fn a_question_is_answered_by_a_link_once_and_can_be_taken_back() {
    on_all_stores(async |story| {
        let (question, link) = story.asks("reply").await;
        let (status, page) = story.looks(&link).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("Ana asks for a reply") && page.contains("What do you think?"), "{page}");
        let id = fresh(&page);
        // To look changes nothing, however often a program does.
        story.looks(&link).await;
        assert!(story.item(&question).await["answers"].as_object().is_none_or(|all| all.is_empty()));
        let form = [("act", "answer"), ("id", id.as_str()), ("text", "On <b>Friday</b>\r\nat noon")];
        let (status, page) = story.sends(&link, &form).await;
        assert!(status == StatusCode::OK && page.contains("Your answer is on its way"), "{page}");
        assert!(!page.contains("<b>Friday"), "words stay words: {page}");
        let (_, page) = story.sends(&link, &[("act", "undo")]).await;
        assert!(page.contains("On &lt;b&gt;Friday") && page.contains("<textarea"), "{page}");
        story.office.later(60_000).await;
        assert_eq!(story.posts().await, [] as [&str; 0]);
        // Sent anew, and twice, since somebody pressed twice.
        let id = fresh(&page);
        let form = [("act", "answer"), ("id", id.as_str()), ("text", "On Monday")];
        story.sends(&link, &form).await;
        story.sends(&link, &form).await;
        story.office.later(60_000).await;
        assert_eq!(story.posts().await, ["On Monday"]);
        let answers = &story.item(&question).await["answers"];
        assert_eq!(answers[story.bo.person.to_string()]["itemId"], json!(id), "{answers}");
        let (status, page) = story.looks(&link).await;
        assert!(status == StatusCode::OK && page.contains("You answered this on Mon 23 Nov"), "{page}");
        assert!(!page.contains("<form"), "{page}");
        let (_, page) = story.sends(&link, &[("act", "answer"), ("id", &fresh_of(&story)), ("text", "Again")]).await;
        assert!(page.contains("You answered this"), "{page}");
        story.office.later(60_000).await;
        assert_eq!(story.posts().await, ["On Monday"]);
    })
    .await;
}

fn fresh_of(story: &Story) -> String {
    jmap::Id::fresh(b'i', story.office.now(), [9; 10]).to_string()
}

#[tokio::test]
async fn got_it_is_said_by_one_press() {
    on_all_stores(async |story| {
        settles_on(&story.office.desk, &story.bo, json!({ "language": "de" })).await;
        let (question, link) = story.asks("acknowledgement").await;
        let (_, page) = story.looks(&link).await;
        assert!(page.contains("Ana bittet um ein &quot;Verstanden&quot;"), "{page}");
        let (_, page) = story.sends(&link, &[("act", "gotIt")]).await;
        assert!(page.contains("Du hast das am Mo, 23. Nov."), "{page}");
        let answers = &story.item(&question).await["answers"];
        assert!(
            answers[story.bo.person.to_string()]["itemId"].is_null() && !answers[story.bo.person.to_string()].is_null()
        );
    })
    .await;
}

#[tokio::test]
async fn a_link_that_does_nothing_says_so_and_shows_nothing() {
    on_all_stores(async |story| {
        let (question, link) = story.asks("reply").await;
        let desk = &story.office.desk;
        let refused = async |link: &str, why: &str| {
            for (status, page) in [
                story.looks(link).await,
                story.sends(link, &[("act", "answer"), ("id", &fresh_of(&story)), ("text", "No")]).await,
            ] {
                assert_eq!(status, StatusCode::GONE, "{page}");
                assert!(page.contains("This link does nothing") && page.contains(why), "{page}");
                assert!(!page.contains("When do we ship") && !page.contains("Ana"), "{page}");
            }
        };
        // Cut off, made up, or with another name put in.
        refused(&link[..link.len() - 1], "cut off").await;
        refused("/answer/x", "cut off").await;
        refused(&link.replace(&story.bo.person.to_string(), &story.ana.person.to_string()), "cut off").await;
        // Not asked any more: the page says so, and takes nothing.
        let unasked = json!({ "accountId": story.space, "update": { question.clone(): { "expects": null } } });
        assert!(desk.one(&story.ana, "Item/set", unasked).await["notUpdated"].is_null());
        desk.settle().await;
        let (status, page) = story.looks(&link).await;
        assert!(status == StatusCode::OK && page.contains("No answer of yours is needed"), "{page}");
        // No member of the Space any more.
        let left = |role: &str| json!({ "accountId": story.space, "update": { story.bo.person.to_string(): { "role": role } } });
        desk.one(&story.ana, "Member/set", left("none")).await;
        refused(&link, "not open to you").await;
        desk.one(&story.ana, "Member/set", left("member")).await;
        // Another address: whoever has the old one has nothing.
        has_address(desk, &story.bo, "new@example.org").await;
        refused(&link, "another one by now").await;
        has_address(desk, &story.bo, "bo@example.org").await;
        assert_eq!(story.looks(&link).await.0, StatusCode::OK);
        // Out of the workspace.
        let out = |at: Value| json!({ "accountId": desk.engine.workspace(), "update": { story.bo.person.to_string(): { "deactivatedAt": at } } });
        desk.one(&operator(), "Person/set", out(json!(story.office.now()))).await;
        refused(&link, "cut off").await;
        desk.one(&operator(), "Person/set", out(Value::Null)).await;
        // Emptied by its author.
        let (gone, link) = story.asks("reply").await;
        desk.one(&story.ana, "Item/set", json!({ "accountId": story.space, "destroy": [gone] })).await;
        refused(&link, "not there any more").await;
        // Thirty days are over.
        let (_, link) = story.asks("reply").await;
        desk.clock.advance(32 * jmap::DAY_MS);
        refused(&link, "thirty days").await;
        assert_eq!(story.posts().await, [] as [&str; 0]);
    })
    .await;
}

#[tokio::test]
async fn another_site_can_make_no_browser_answer() {
    on_all_stores(async |story| {
        let (_, link) = story.asks("acknowledgement").await;
        let request = story.http.post(format!("{}{link}", story.office.url())).body("act=gotIt");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.header("sec-fetch-site", "cross-site").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        // A session of somebody else in the same browser is neither needed nor looked at.
        let scopes = Scopes::READ.and(Scopes::WRITE);
        let token = story
            .office
            .desk
            .engine
            .new_token(&operator(), story.ana.person, "hers", scopes, None)
            .await
            .expect("made");
        let request = story.http.get(format!("{}{link}", story.office.url())).bearer_auth(token);
        let page = request.send().await.expect("an answer").text().await.expect("text");
        assert!(page.contains("You answer as Bo"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn mail_ends_by_one_click_and_by_nothing_that_only_looks() {
    on_all_stores(async |story| {
        story.asks("reply").await;
        let mail = story.sink.taken().pop().expect("a mail");
        assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        let off = mail.header("List-Unsubscribe").trim_matches(['<', '>']).replace("https://work.example", "");
        let (status, page) = story.looks(&off).await;
        assert!(status == StatusCode::OK && page.contains("No more mail about arrivals?"), "{page}");
        let wants = async || {
            let args = json!({ "accountId": story.bo.person, "ids": null });
            story.office.desk.one(&story.bo, "Settings/get", args).await["list"][0]["mail"].clone()
        };
        assert_eq!(wants().await, Value::Null);
        let (status, page) = story.sends(&off, &[("List-Unsubscribe", "One-Click")]).await;
        assert!(status == StatusCode::OK && page.contains("You get no more mail"), "{page}");
        assert_eq!(wants().await, "nothing");
        says(&story.office.desk, &story.ana, story.space, asking(topic("Later"), "reply", &[&story.bo])).await;
        story.office.desk.settle().await;
        story.office.later(600_000).await;
        assert_eq!(story.sink.taken().len(), 1);
        let (status, _) = story.sends("/mail-off/p.off.1.x", &[("List-Unsubscribe", "One-Click")]).await;
        assert_eq!(status, StatusCode::GONE);
        // A guest is told as anybody else is.
        let guest = story.office.desk.hire_as("Gil", Role::Guest).await;
        let member =
            json!({ "accountId": story.space, "create": { "m": { "personId": guest.person, "role": "guest" } } });
        assert!(story.office.desk.one(&story.ana, "Member/set", member).await["notCreated"].is_null());
        has_address(&story.office.desk, &guest, "gil@example.org").await;
        says(&story.office.desk, &story.ana, story.space, asking(topic("For a guest"), "reply", &[&guest])).await;
        story.office.desk.settle().await;
        story.office.later(600_000).await;
        assert_eq!(story.sink.taken().pop().expect("a mail").to, "gil@example.org");
    })
    .await;
}
