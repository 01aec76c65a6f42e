//! What a send costs does not depend on how many members there are.

#[path = "../src/bench/cost.rs"]
mod sizes;

const MEMBERS: usize = 10_000;
const FEW: usize = 2;

#[tokio::test]
async fn a_send_to_ten_thousand_members_costs_what_one_to_two_costs() {
    let folder = tempfile::tempdir().expect("a folder");
    let sizes = sizes::Sizes::new(folder.path(), MEMBERS).await;
    assert_eq!((sizes.members(0).await, sizes.members(1).await), (FEW, MEMBERS));
    let before = [sizes.posts(0).await, sizes.posts(1).await];
    let [few, many] = sizes.costs().await;
    let sent = [sizes.posts(0).await - before[0], sizes.posts(1).await - before[1]];
    assert_eq!(sent, [sizes::SENDS as u64; 2], "each send became a post");
    assert!(few.rows > 0 && few.bytes > 0 && few.commits > 0, "{few:?}");
    assert_eq!(few, many, "rows, bytes and commits of a send to {FEW} and to {MEMBERS} members");
}
