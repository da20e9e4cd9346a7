async def test_x(world):
    print(world.here.ids)
