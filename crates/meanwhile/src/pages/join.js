// Redeems a link. Its secret stands behind "#" and is sent in the body of a request alone.
"use strict";
(async () => {
  const at = (id) => document.getElementById(id);
  const secret = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  const ask = async (path, body) => {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const value = text ? JSON.parse(text) : {};
    if (!answer.ok) throw new Error(value.detail || "The server did not answer as it should; try again.");
    return value;
  };
  const wrong = (error) => {
    at("wrong").textContent = error.message;
  };
  try {
    const link = await ask("/auth/link/look", { secret });
    const isNew = link.kind === "first" || link.kind === "space";
    at("what").textContent = link.kind === "first"
      ? "You are the first: this makes you the admin of this workspace."
      : link.kind === "space"
      ? `Come to ${link.space}: say who you are, and choose a password.`
      : `Welcome${link.name ? ", " + link.name : ""}. Choose a password.`;
    at("name-line").hidden = at("email-line").hidden = !isNew;
    at("form").hidden = false;
  } catch (error) {
    at("what").textContent = "";
    wrong(error);
  }
  at("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("wrong").textContent = "";
    const password = at("password").value;
    const name = at("name").value.trim() || undefined;
    const email = at("email").value.trim() || undefined;
    try {
      await ask("/auth/link", { secret, password, name, email });
      at("form").hidden = true;
      at("what").textContent = "You are signed in.";
    } catch (error) {
      wrong(error);
    }
  });
})();
