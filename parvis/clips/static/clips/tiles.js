// <a href="the clip's own page" data-player="address">: where scripts run, a tile opens the player at its clip.
const lead = () => {
  for (const tile of document.querySelectorAll("a[data-player]")) tile.href = tile.dataset.player;
};
document.addEventListener("parvis:more", lead);
lead();
