"""What `make run` says once everything is up: where to go, as whom, and what to try."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from local.demo.districts import PROFILES
from local.demo.personas import PERSONAS, clients
from local.tokens import Running, TokenError

QUERIES = sorted((Path(__file__).parent / "queries").glob("*.graphql"))


def show(console: Console, running: Running, secrets: Mapping[str, str]) -> None:
    """Print addresses, tokens and queries; long tokens are not wrapped, so that they can be copied."""
    console.rule("[bold]Trellis is up")
    console.print(f"[bold]Address[/]   {running.origin}")
    console.print(f"[bold]GraphiQL[/]  {running.origin}/graphql")
    _show_people(console, running)
    _show_clients(console, secrets)
    console.print("\n[bold]Queries to try[/] - paste the token as the header Authorization: Bearer ...")
    for query in QUERIES:
        console.out(f"\n{query.read_text().strip()}", highlight=False)
    _show_curl(console, running, secrets)
    console.print("\nLogs are in .local/logs. Ctrl-C stops everything.")


def _show_people(console: Console, running: Running) -> None:
    console.print(
        "\n[bold]People[/] - a token lives for some minutes; [bold]make token PERSONA=teacher[/] gives a new one"
    )
    for persona in PERSONAS:
        district = PROFILES[persona.district].name
        console.print(f"[bold]{persona.key}[/] - {escape(persona.description)} ({escape(district)})")
        try:
            console.out(f"  {running.person_token(persona)}", style="dim", highlight=False)
        except TokenError as refused:  # another anchor date or an emptied database leaves some of them out
            console.out(f"  no token: {refused}", style="red", highlight=False)


def _show_clients(console: Console, secrets: Mapping[str, str]) -> None:
    console.print(
        "\n[bold]Systems[/] - client id and secret for client credentials; [bold]make token PERSONA=[/]<client id>"
    )
    for profile in PROFILES:
        for client in clients(profile):
            console.out(f"  {client.client_id}  {secrets[client.client_id]}  {client.description}", highlight=False)


def _show_curl(console: Console, running: Running, secrets: Mapping[str, str]) -> None:
    client_id = next(iter(secrets))
    console.print("\n[bold]As a system, from a token to the list of roster runs[/]")
    console.out(
        f"""TOKEN=$(curl -s -u '{client_id}:{secrets[client_id]}' -d grant_type=client_credentials \\
  {running.origin}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s -H "Authorization: Bearer $TOKEN" {running.origin}/v1/roster/runs""",
        highlight=False,
    )
